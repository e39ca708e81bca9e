using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>A snapshot of a conntrack entry: one line of <c>conntrack -L</c> (spec netfilter-datapath 6.1). Immutable; thread-safe.</summary>
public sealed record ConntrackEntry
{
    /// <summary>The tuple of the flow's first packet; its protocol is the entry's.</summary>
    public required FlowTuple Original { get; init; }

    /// <summary>The tuple that answers have. NAT shows here only.</summary>
    public required FlowTuple Reply { get; init; }

    /// <summary>The remaining timeout in whole seconds, rounded down; 0 for an expired entry.</summary>
    public long TimeoutSeconds { get; init; }

    /// <summary>The state of a TCP entry; null for other protocols.</summary>
    public TcpState? TcpState { get; init; }

    /// <summary>The state of an SCTP entry; null for other protocols.</summary>
    public SctpState? SctpState { get; init; }

    /// <summary>The status bits.</summary>
    public ConntrackStatus Status { get; init; }

    /// <summary>The entry's mark, which only CONNMARK sets: a packet's mark is another thing.</summary>
    public uint Mark { get; init; }

    /// <summary>The identifier that <c>-o id</c> prints; unlike the kernel's the place in the order of creation, from 1.</summary>
    public long Id { get; init; }

    /// <summary>When the flow's first packet came.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Packets and bytes of both directions; null where <c>nf_conntrack_acct</c> was off when the entry was created.</summary>
    public ConntrackCounters? Counters { get; init; }

    /// <summary>The layer-4 protocol.</summary>
    public Protocol Protocol => Original.Protocol;

    /// <summary>Whether no packet of the reply direction was accepted yet: <c>[UNREPLIED]</c>.</summary>
    public bool IsUnreplied => (Status & ConntrackStatus.SeenReply) == 0;

    /// <summary>Whether the entry is <c>[ASSURED]</c>.</summary>
    public bool IsAssured => (Status & ConntrackStatus.Assured) != 0;

    /// <summary>The entry as <c>conntrack -L</c> prints it.</summary>
    public override string ToString() => Text.ConntrackText.Line(this);
}

/// <summary>What an entry counted (spec netfilter-datapath 6.1).</summary>
/// <param name="OriginalPackets">Packets of the original direction.</param>
/// <param name="OriginalBytes">Their bytes, IP headers included.</param>
/// <param name="ReplyPackets">Packets of the reply direction.</param>
/// <param name="ReplyBytes">Their bytes, IP headers included.</param>
public readonly record struct ConntrackCounters(long OriginalPackets, long OriginalBytes, long ReplyPackets, long ReplyBytes);
