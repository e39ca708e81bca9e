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
            if (slot.Has(ConntrackStatus.Confirmed)) expectedLinks += slot.Has(ConntrackStatus.NatClash) ? 1 : 2;
        }

        if (links != expectedLinks || links != _links) return $"{links} links for {expectedLinks} tuples, counted {_links}";
        if (_links > (long)_bucketCount * Load) return $"{_links} links in {_bucketCount} buckets";
        if (living != Count) return $"{living} entries, counted {Count}";
        return FindWrongBlock() ?? _sources?.FindInconsistency();
    }

    private string? FindInconsistency(uint bucket, ref int links)
    {
        int length = 0;
        bool isFull = true;
        for (int i = 0; i < TupleBucket.Cells; i++)
        {
            uint cell = _buckets[(int)bucket][i];
            isFull &= cell != 0;
            for (; cell != 0; cell = i == TupleBucket.Last ? Next(TupleBucket.Link(cell)) : 0, links++)
            {
                int link = TupleBucket.Link(cell);
                if (!IsInTable(link >> 1)) return $"bucket {bucket} holds entry {link >> 1}, which is not in the table";
                if (BucketNumber(HashOf(link)) != bucket) return $"entry {link >> 1} hangs in the wrong bucket";
                if (TupleBucket.Cell(HashOf(link), link) != cell) return $"entry {link >> 1} has a wrong tag";
                if (i != TupleBucket.Last && Next(link) != 0) return $"entry {link >> 1} has a successor, but is no overflow's";
                if (++length > Used * 2) return $"bucket {bucket} is a circle";
            }
        }

        return isFull || length <= TupleBucket.Last ? null : $"bucket {bucket} has an overflow beside free cells";
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
