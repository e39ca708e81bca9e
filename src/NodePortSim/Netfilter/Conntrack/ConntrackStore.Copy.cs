namespace NodePortSim.Netfilter.Conntrack;

/// <content>Taking over another store's entries, for trials on a copy of a host.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Becomes what the other one is; both must hash alike, as those of hosts of one name and seed do. Events are not taken over.</summary>
    public void CopyFrom(ConntrackStore other)
    {
        Slots = other.Slots.Copy();
        Tcp = other.Tcp.Copy();
        Accounts = other.Accounts.Copy();
        _wide = other._wide.Copy();
        _marks = other._marks.Copy();
        _blocks = other._blocks.Copy();
        _buckets = other._buckets.Copy();
        _overflow = other._overflow.Copy();
        (_bucketCount, _mask, _links) = (other._bucketCount, other._mask, other._links);
        (_overflowUsed, _overflowFree) = (other._overflowUsed, other._overflowFree);
        (_free, _retiredFirst, _retiredLast, _serial) = (other._free, other._retiredFirst, other._retiredLast, other._serial);
        (Count, Used, Now) = (other.Count, other.Used, other.Now);
        _sources = other._sources is null ? null : new SourceIndex(this);
    }
}
