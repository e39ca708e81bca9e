using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>Is told each step of a packet between hooks and hosts, beside those inside netfilter.</summary>
internal interface INetworkTraceSink : ITraceSink
{
    /// <summary>A socket of the host made a packet.</summary>
    void Sent(Host host, in Packet packet)
    {
    }

    /// <summary>A packet arrived at the host.</summary>
    void Arrived(Host host, int inInterface, in Packet packet)
    {
    }

    /// <summary>The host routed a packet.</summary>
    void Routed(Host host, in RouteDecision route, in SocketBuffer buffer)
    {
    }

    /// <summary>A packet left the host by an interface, toward another host.</summary>
    void Transmitted(Host host, int outInterface, Host to, in Packet packet)
    {
    }

    /// <summary>A packet reached a socket of the host, or its stack where no socket has it.</summary>
    void Delivered(Host host, string socket, in Packet packet)
    {
    }

    /// <summary>A packet ended on the host.</summary>
    void Ended(Host host, in PacketEnd end, in Packet packet)
    {
    }

    /// <summary>The host answered with an ICMP error or a RST of its own.</summary>
    void Answered(Host host, in Packet answer, string why)
    {
    }
}

/// <summary>A sink of the network that hears nothing.</summary>
internal readonly struct SilentNetworkTrace : INetworkTraceSink
{
    public static bool Listens => false;
}
