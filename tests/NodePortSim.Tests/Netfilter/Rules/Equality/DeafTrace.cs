using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Tracing;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Asks for everything and keeps nothing: with it a machine runs its interpreter.</summary>
internal struct DeafTrace : ITraceSink
{
    public static bool Listens => true;

    public readonly void HookEntered(Hook hook, in SocketBuffer buffer)
    {
    }

    public readonly void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry)
    {
    }

    public readonly void TableEntered(Hook hook, IptablesTable table, in SocketBuffer buffer)
    {
    }

    public readonly void RuleTried(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer)
    {
    }

    public readonly void Drawn(IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold)
    {
    }

    public readonly void PolicyReached(IptablesTable table, string chain, ChainPolicy policy, in SocketBuffer buffer)
    {
    }

    public readonly void Rewritten(Hook hook, in Packet before, in Packet after, string by)
    {
    }

    public readonly void ConntrackConfirmed(Hook hook, string entry)
    {
    }

    public readonly void HookLeft(Hook hook, in HookVerdict verdict, in SocketBuffer buffer)
    {
    }
}
