using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>Is told each step of a packet between hooks and hosts, beside those inside netfilter.</summary>
internal interface INetworkTraceSink : ITraceSink
{
    /// <summary>A socket of the host made a packet.</summary>
    void Sent(Host host, in Packet packet);

    /// <summary>A packet arrived at the host.</summary>
    void Arrived(Host host, int inInterface, in Packet packet);

    /// <summary>The host routed a packet.</summary>
    void Routed(Host host, in RouteDecision route, in SocketBuffer buffer);

    /// <summary>A packet left the host by an interface, toward another host.</summary>
    void Transmitted(Host host, int outInterface, Host to, in Packet packet);

    /// <summary>A packet reached a socket of the host, or its stack where no socket has it.</summary>
    void Delivered(Host host, string socket, in Packet packet);

    /// <summary>A packet ended on the host.</summary>
    void Ended(Host host, in PacketEnd end, in Packet packet);

    /// <summary>The host answered with an ICMP error or a RST of its own.</summary>
    void Answered(Host host, in Packet answer, string why);
}

/// <summary>A sink of the network that hears nothing.</summary>
internal struct SilentNetworkTrace : INetworkTraceSink
{
    public static bool Listens => false;

    public readonly void HookEntered(Hook hook, in SocketBuffer buffer)
    {
    }

    public readonly void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry)
    {
    }

    public readonly void TableEntered(Hook hook, Iptables.IptablesTable table, in SocketBuffer buffer)
    {
    }

    public readonly void RuleTried(Iptables.IptablesTable table, string chain, int ruleIndex, Iptables.Rule rule, string? failedMatch, in SocketBuffer buffer)
    {
    }

    public readonly void Drawn(Iptables.IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold)
    {
    }

    public readonly void PolicyReached(Iptables.IptablesTable table, string chain, Iptables.ChainPolicy policy, in SocketBuffer buffer)
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

    public readonly void Sent(Host host, in Packet packet)
    {
    }

    public readonly void Arrived(Host host, int inInterface, in Packet packet)
    {
    }

    public readonly void Routed(Host host, in RouteDecision route, in SocketBuffer buffer)
    {
    }

    public readonly void Transmitted(Host host, int outInterface, Host to, in Packet packet)
    {
    }

    public readonly void Delivered(Host host, string socket, in Packet packet)
    {
    }

    public readonly void Ended(Host host, in PacketEnd end, in Packet packet)
    {
    }

    public readonly void Answered(Host host, in Packet answer, string why)
    {
    }
}
