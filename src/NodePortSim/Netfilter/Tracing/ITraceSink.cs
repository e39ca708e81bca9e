using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Tracing;

/// <summary>Is told each step of a packet. A struct type argument: the silent one compiles away.</summary>
/// <remarks>Every call stands behind <see cref="Listens"/>, a constant of the type: a sink that does not listen is never called, and need not say so method by method.</remarks>
internal interface ITraceSink
{
    /// <summary>Whether the sink listens; a constant of the type, so that work for it can be left out.</summary>
    static abstract bool Listens { get; }

    /// <summary>A hook begins.</summary>
    void HookEntered(Hook hook, in SocketBuffer buffer)
    {
    }

    /// <summary>Conntrack looked the packet up, or opened an unconfirmed entry for it.</summary>
    void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry)
    {
    }

    /// <summary>A table's built-in chain begins.</summary>
    void TableEntered(Hook hook, IptablesTable table, in SocketBuffer buffer)
    {
    }

    /// <summary>A rule was tried. <paramref name="failedMatch"/> names what did not hold; null where the rule matched.</summary>
    void RuleTried(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer)
    {
    }

    /// <summary>A random draw of a statistic match was made: <paramref name="drawn"/> out of 2³¹ against <paramref name="threshold"/>.</summary>
    void Drawn(IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold)
    {
    }

    /// <summary>A built-in chain's policy decided.</summary>
    void PolicyReached(IptablesTable table, string chain, ChainPolicy policy, in SocketBuffer buffer)
    {
    }

    /// <summary>NAT or a target rewrote the packet.</summary>
    void Rewritten(Hook hook, in Packet before, in Packet after, string by)
    {
    }

    /// <summary>Conntrack confirmed (inserted) the entry.</summary>
    void ConntrackConfirmed(Hook hook, string entry)
    {
    }

    /// <summary>The hook ended.</summary>
    void HookLeft(Hook hook, in HookVerdict verdict, in SocketBuffer buffer)
    {
    }
}

/// <summary>Hears nothing.</summary>
internal readonly struct SilentTrace : ITraceSink
{
    public static bool Listens => false;
}
