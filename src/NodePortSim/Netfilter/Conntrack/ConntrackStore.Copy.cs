namespace NodePortSim.Netfilter.Conntrack;

/// <content>Taking over another store's entries, for trials on a copy of a host.</content>
internal sealed partial class ConntrackStore
{
    /// <summary>Becomes what the other one is; both must hash alike, as those of hosts of one name and seed do. Events are not taken over.</summary>
    public void CopyFrom(ConntrackStore other)
    {
        Slots = [.. other.Slots];
        Tcp = [.. other.Tcp];
        Accounts = [.. other.Accounts];
        _buckets = [.. other._buckets];
        _sources = [.. other._sources];
        _shift = other._shift;
        _serial = other._serial;
        (_free, _retiredFirst, _retiredLast) = (other._free, other._retiredFirst, other._retiredLast);
        (Count, Used, Now) = (other.Count, other.Used, other.Now);
    }
}
