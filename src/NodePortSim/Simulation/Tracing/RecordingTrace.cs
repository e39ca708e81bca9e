using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network;
using NodePortSim.Routing;

namespace NodePortSim.Simulation.Tracing;

/// <summary>The sink that a traced packet runs with: hands everything to its recorder.</summary>
internal readonly struct RecordingTrace(TraceRecorder recorder) : INetworkTraceSink
{
    public static bool Listens => true;

    public void HookEntered(Hook hook, in SocketBuffer buffer) => recorder.EnterHook(hook);

    public void ConntrackLookedUp(Hook hook, in SocketBuffer buffer, string entry) =>
        recorder.Add(buffer.Flow, new ConntrackStep(hook, buffer.Info.State().ToString().ToUpperInvariant(), entry));

    public void TableEntered(Hook hook, IptablesTable table, in SocketBuffer buffer)
    {
    }

    public void RuleTried(IptablesTable table, string chain, int ruleIndex, Rule rule, string? failedMatch, in SocketBuffer buffer) =>
        recorder.TryRule(table, chain, ruleIndex, rule, failedMatch, buffer);

    public void Drawn(IptablesTable table, string chain, int ruleIndex, uint drawn, uint threshold) =>
        recorder.Add(new DrawStep(chain, ruleIndex + 1, threshold / 2147483648.0, drawn / 2147483648.0));

    public void PolicyReached(IptablesTable table, string chain, ChainPolicy policy, in SocketBuffer buffer) =>
        recorder.Add(new PolicyStep(recorder.Hook, table, chain, policy));

    public void Rewritten(Hook hook, in Packet before, in Packet after, string by) => recorder.Rewrite(hook, before, after, by);

    public void ConntrackConfirmed(Hook hook, string entry) => recorder.Add(new ConfirmStep(hook, entry));

    public void HookLeft(Hook hook, in HookVerdict verdict, in SocketBuffer buffer)
    {
    }

    public void Sent(Host host, in Packet packet) => recorder.Enter(host, null, packet);

    public void Arrived(Host host, int inInterface, in Packet packet) => recorder.Enter(host, host.Routing.InterfaceName(inInterface), packet);

    public void Routed(Host host, in RouteDecision route, in SocketBuffer buffer) => recorder.Route(host, route, buffer.Packet.Destination);

    public void Transmitted(Host host, int outInterface, Host to, in Packet packet) =>
        recorder.Leave(host.Routing.InterfaceName(outInterface), packet);

    public void Delivered(Host host, string socket, in Packet packet) => recorder.Deliver(host, socket, packet);

    public void Ended(Host host, in PacketEnd end, in Packet packet) => recorder.End(host, end, packet);

    public void Answered(Host host, in Packet answer, string why) => recorder.Answer(answer, why);
}
