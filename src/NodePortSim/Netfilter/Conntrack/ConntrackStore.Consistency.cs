namespace NodePortSim.Netfilter.Conntrack;

/// <content>What must always hold between the entries and the index; asked by tests after every step.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Says what is wrong with the index, or null.</summary>
    public string? FindInconsistency()
    {
        int links = 0;
        for (uint bucket = 0; bucket < _bucketCount; bucket++)
        {
            if (FindInconsistency(bucket, ref links) is { } wrong) return wrong;
        }

        int expectedLinks = 0, living = 0;
        for (int entry = 1; entry < Used; entry++)
        {
            ref readonly ConntrackSlot slot = ref Slots[entry];
            if (slot.Serial == 0 || slot.Has(ConntrackStatus.Dying)) continue;
            living++;
            if (!slot.Has(ConntrackStatus.Confirmed)) continue;
            expectedLinks += slot.Has(ConntrackStatus.NatClash) ? 1 : 2;
            if (!Hangs(entry)) return $"entry {entry} cannot be found";
        }

        if (links != expectedLinks || links != _links) return $"{links} links for {expectedLinks} tuples, counted {_links}";
        if (_links > (long)_bucketCount * Load) return $"{_links} links in {_bucketCount} buckets";
        if (living != Count) return $"{living} entries, counted {Count}";
        return FindWrongBlock() ?? _sources?.FindInconsistency();
    }

    private string? FindInconsistency(uint number, ref int links)
    {
        TupleBucket bucket = _buckets[(int)number];
        int length = 0;
        do
        {
            foreach (uint cell in bucket)
            {
                if (!TupleBucket.IsEntry(cell)) continue;
                int entry = TupleBucket.Entry(cell);
                if (!IsInTable(entry)) return $"bucket {number} holds entry {entry}, which is not in the table";
                if (!MayHang(entry, reply: false, number, cell) && !MayHang(entry, reply: true, number, cell)) return $"entry {entry} hangs in bucket {number}";
                links++;
                if (++length > Used * 2) return $"bucket {number} is a circle";
            }

            if (bucket.Overflow == 0) return null;
            bucket = _overflow[bucket.Overflow];
        }
        while (true);
    }

    private bool MayHang(int entry, bool reply, uint number, uint cell) =>
        (reply || !Slots[entry].Has(ConntrackStatus.NatClash))
        && HashOf(entry, reply) is uint hash && BucketNumber(hash) == number && TupleBucket.Cell(hash, entry) == cell;

    /// <summary>Whether both tuples of an entry hang where look-ups seek them.</summary>
    private bool Hangs(int entry)
    {
        foreach (bool reply in (ReadOnlySpan<bool>)[false, true])
        {
            if (!reply && Slots[entry].Has(ConntrackStatus.NatClash)) continue;
            uint hash = HashOf(entry, reply);
            if (!Holds(BucketOf(hash), TupleBucket.Cell(hash, entry))) return false;
        }

        return true;
    }

    private string? FindWrongBlock()
    {
        for (int first = 0; first < Used; first += ExpiryBlock.Entries)
        {
            ExpiryBlock block = BlockAt(first);
            int living = 0;
            for (int entry = first; entry < Math.Min(first + ExpiryBlock.Entries, Used); entry++)
            {
                if (!IsInTable(entry)) continue;
                living++;
                if (Slots[entry].Expires < block.Earliest) return $"entry {entry} expires before its block";
            }

            if (living != block.Living) return $"{living} entries in the block of {first}, counted {block.Living}";
        }

        return null;
    }
}
