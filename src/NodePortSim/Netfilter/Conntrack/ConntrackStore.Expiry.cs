namespace NodePortSim.Netfilter.Conntrack;

/// <content>When entries end: a bound for each block of entries lets the collector pass over those in which nothing can have expired.</content>
internal sealed partial class ConntrackStore
{
    private ChunkedArray<ExpiryBlock> _blocks;

    /// <summary>The block that begins at an entry number.</summary>
    public ref ExpiryBlock BlockAt(int entry) => ref _blocks[entry / ExpiryBlock.Entries];

    /// <summary>Lowers the expiry of an entry in the table; one that is earlier stays.</summary>
    public void LowerExpiry(int entry, long expires)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (expires < slot.Expires) SetExpiry(entry, ref slot, expires);
    }

    /// <summary>Removes the entries of a block that have expired, and brings its bound up to date.</summary>
    public void CollectBlock(int first)
    {
        ref ExpiryBlock block = ref BlockAt(first);
        if (block.Living == 0 || block.Earliest > Now) return;
        long earliest = long.MaxValue;
        int end = Math.Min(first + ExpiryBlock.Entries, Used);
        for (int entry = first; entry < end; entry++)
        {
            ref readonly ConntrackSlot slot = ref Slots[entry];
            if (!IsInTable(slot)) continue;
            if (slot.Expires <= Now) Remove(entry);
            else earliest = Math.Min(earliest, slot.Expires);
        }

        block.Earliest = earliest;
    }

    private void SetExpiry(int entry, ref ConntrackSlot slot, long expires)
    {
        if (expires < slot.Expires)
        {
            ref ExpiryBlock block = ref BlockAt(entry);
            if (expires < block.Earliest) block.Earliest = expires;
        }

        slot.Expires = expires;
    }

    private void BeginExpiry(int entry, long expires)
    {
        ref ExpiryBlock block = ref BlockAt(entry);
        block.Earliest = block.Living++ == 0 ? expires : Math.Min(block.Earliest, expires);
    }
}
