namespace NodePortSim.Netfilter.Conntrack;

/// <content>What must always hold between the entries and the index; asked by tests after every step.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Says what is wrong with the index, or null.</summary>
    public string? FindInconsistency()
    {
        int links = 0, sources = 0;
        for (int bucket = 0; bucket < _buckets.Length; bucket++)
        {
            int length = 0;
            for (int link = _buckets[bucket]; link != 0; link = Next(link), links++)
            {
                ref readonly ConntrackSlot slot = ref Slots[link >> 1];
                bool reply = (link & 1) != 0;
                if (!IsInTable(link >> 1)) return $"bucket {bucket} holds entry {link >> 1}, which is not in the table";
                if (Hash.Of(slot.Tuple(reply)) != (reply ? slot.ReplyHash : slot.OriginalHash)) return $"entry {link >> 1} has a stale hash";
                if ((reply ? slot.ReplyHash : slot.OriginalHash) >> _shift != bucket) return $"entry {link >> 1} hangs in the wrong bucket";
                if (++length > Used * 2) return $"bucket {bucket} is a circle";
            }
        }

        for (int bucket = 0; bucket < _sources.Length; bucket++)
        {
            int previous = 0;
            for (int entry = _sources[bucket]; entry != 0; previous = entry, entry = Slots[entry].NextBySource, sources++)
            {
                if (Slots[entry].PreviousBySource != previous) return $"entry {entry} has a wrong neighbour among the sources";
                if (Hash.OfSource(Slots[entry].Original) >> _shift != bucket) return $"entry {entry} hangs at the wrong source";
                if (sources > Used) return $"the sources of bucket {bucket} are a circle";
            }
        }

        int expectedLinks = 0, expectedSources = 0, living = 0;
        for (int entry = 1; entry < Used; entry++)
        {
            ref readonly ConntrackSlot slot = ref Slots[entry];
            if (slot.Serial == 0 || slot.Has(ConntrackStatus.Dying)) continue;
            living++;
            if (slot.Has(ConntrackStatus.Confirmed)) expectedLinks += slot.Has(ConntrackStatus.NatClash) ? 1 : 2;
            if (slot.Has(ConntrackStatus.SourceNat)) expectedSources++;
        }

        if (links != expectedLinks) return $"{links} links for {expectedLinks} tuples";
        if (sources != expectedSources) return $"{sources} sources for {expectedSources} translated flows";
        return living == Count ? null : $"{living} entries, counted {Count}";
    }
}
