using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Netfilter.Paths;

/// <summary>What rules and routing do with every packet of one direction of an answered flow, and for which packets this is known.</summary>
internal struct KnownPath
{
    /// <summary>The interface that the packets come in by.</summary>
    public int InInterface;

    /// <summary>The mark that they come with.</summary>
    public uint MarkIn;

    /// <summary>The status of their entry.</summary>
    public ConntrackStatus Status;

    /// <summary>The mark of their entry, where a rule asked for it.</summary>
    public uint FlowMark;

    /// <summary>Whether a rule asked for the entry's mark.</summary>
    public bool ReadsFlowMark;

    /// <summary>Whether the next hop is where the packet goes itself, and not a gateway.</summary>
    public bool IsOnLink;

    /// <summary>The interface that they leave by.</summary>
    public int OutInterface;

    /// <summary>The mark that they leave with.</summary>
    public uint MarkOut;

    /// <summary>The gateway; default where <see cref="IsOnLink"/>.</summary>
    public IpAddr NextHop;

    /// <summary>The packets that went this way and are not among the counters of its rules yet.</summary>
    public ulong Packets;

    /// <summary>Their bytes, IP headers included.</summary>
    public ulong Bytes;

    /// <summary>Whether two paths are for the same packets and lead the same way; the rules that they meet are kept elsewhere.</summary>
    public static bool AreAlike(in KnownPath one, in KnownPath other) =>
        one.InInterface == other.InInterface && one.MarkIn == other.MarkIn && one.Status == other.Status
        && one.FlowMark == other.FlowMark && one.ReadsFlowMark == other.ReadsFlowMark && one.IsOnLink == other.IsOnLink
        && one.OutInterface == other.OutInterface && one.MarkOut == other.MarkOut && one.NextHop == other.NextHop;
}

/// <summary>A counter that a packet was counted on: of a rule, or of a built-in chain's policy.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Rule">The rule's place in it; <see cref="Policy"/> for the policy.</param>
internal readonly record struct CountedRule(Rules.LoadedChain Chain, int Rule)
{
    /// <summary>The place that stands for the policy.</summary>
    public const int Policy = -1;
}
