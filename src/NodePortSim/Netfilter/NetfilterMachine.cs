using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter;

/// <summary>The netfilter of one network namespace: hooks, rules of both families, conntrack and counters.</summary>
internal sealed class NetfilterMachine
{
    public NetfilterMachine(RoutingTable routing, Sysctls sysctls, TimeProvider time, RandomSource random)
    {
        Routing = routing;
        Conntrack = new ConntrackTable(sysctls, time, random);
    }

    public RoutingTable Routing { get; }

    public ConntrackTable Conntrack { get; }

    /// <summary>Replaces the rules of one family.</summary>
    public void Load(RuleSet rules) => throw new NotSupportedException();

    /// <summary>Runs a hook on a packet. OUTPUT routes again where it must (spec netfilter-datapath 1.5).</summary>
    public HookVerdict Run<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink => throw new NotSupportedException();
}
