using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network;
using NodePortSim.Routing;

namespace NodePortSim.Simulation.Tracing;

/// <summary>The sink that a raw packet runs with: hears of arrivals and ends alone.</summary>
internal readonly struct ArrivalTrace(ArrivalRecorder recorder) : INetworkTraceSink
{
    public static bool Listens => true;

    public void HookEntered(Hook hook, in SocketBuffer buffer)
    {
    }

    public void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry)
    {
    }

    public void TableEntered(Hook hook, IptablesTable table, in SocketBuffer buffer)
    {
    }

    public void RuleTried(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer)
    {
    }

    public void Drawn(IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold)
    {
    }

    public void PolicyReached(IptablesTable table, string chain, ChainPolicy policy, in SocketBuffer buffer)
    {
    }

    public void Rewritten(Hook hook, in Packet before, in Packet after, string by)
    {
    }

    public void ConntrackConfirmed(Hook hook, string entry)
    {
    }

    public void HookLeft(Hook hook, in HookVerdict verdict, in SocketBuffer buffer)
    {
    }

    public void Sent(Host host, in Packet packet)
    {
    }

    public void Arrived(Host host, int inInterface, in Packet packet)
    {
    }

    public void Routed(Host host, in RouteDecision route, in SocketBuffer buffer)
    {
    }

    public void Transmitted(Host host, int outInterface, Host to, in Packet packet)
    {
    }

    public void Delivered(Host host, string socket, in Packet packet) => recorder.Delivered(host, packet);

    public void Ended(Host host, in PacketEnd end, in Packet packet) => recorder.Ended(host, end, packet);

    public void Answered(Host host, in Packet answer, string why)
    {
    }
}
