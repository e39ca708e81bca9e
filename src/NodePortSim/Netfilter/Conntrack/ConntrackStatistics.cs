namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The counters that <c>conntrack -S</c> prints (spec netfilter-datapath 6.1), in packets unless said otherwise.</summary>
public record struct ConntrackStatistics
{
    /// <summary>Tuples met in use while a free NAT port was searched.</summary>
    public long Found { get; set; }

    /// <summary>INVALID packets.</summary>
    public long Invalid { get; set; }

    /// <summary>Always 0: the kernel does not count normal new entries here.</summary>
    public long Insert { get; set; }

    /// <summary>Entries that could not be inserted because a tuple was taken.</summary>
    public long InsertFailed { get; set; }

    /// <summary>Packets dropped: table full, or insertion failed.</summary>
    public long Drop { get; set; }

    /// <summary>Entries removed early because the table was full.</summary>
    public long EarlyDrop { get; set; }

    /// <summary>ICMP errors that belong to no entry.</summary>
    public long Error { get; set; }

    /// <summary>Always 0: it counts races between processors.</summary>
    public long SearchRestart { get; set; }

    /// <summary>Clashes that were resolved (spec netfilter-datapath 2.11).</summary>
    public long ClashResolve { get; set; }

    /// <summary>Always 0: the simulated index grows, so that its chains stay short.</summary>
    public long ChainTooLong { get; set; }
}
