using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Two machines of one seed that see the same packets: one runs the interpreter, the other the program.</summary>
internal sealed class MachinePair
{
    private readonly VirtualTimeProvider _time = new();
    private readonly NetfilterMachine _interpreted;
    private readonly NetfilterMachine _compiled;

    public MachinePair(ulong seed, RuleSet rules)
    {
        var sysctls = new Sysctls { Forwarding = true, ConntrackAccounting = seed % 2 == 0, RouteLocalnet = seed % 3 == 0 };
        _interpreted = new NetfilterMachine(Routing(), sysctls, _time, new RandomSource(seed));
        _compiled = new NetfilterMachine(Routing(), sysctls, _time, new RandomSource(seed));
        _interpreted.Load(rules);
        _compiled.Load(rules);
    }

    public long RulesTriedByProgram => _compiled.RulesTried;

    public void Wait(TimeSpan time) => _time.Advance(time);

    /// <summary>Takes other rules; chains that stay keep their counters.</summary>
    public void Load(RuleSet rules)
    {
        _interpreted.Load(rules, FlushedChains.None);
        _compiled.Load(rules, FlushedChains.None);
    }

    /// <summary>Takes other rules, in one form each.</summary>
    public void Load((RuleSet Rules, FlushedChains Flushed) interpreted, (RuleSet Rules, FlushedChains Flushed) compiled)
    {
        _interpreted.Load(interpreted.Rules, interpreted.Flushed);
        _compiled.Load(compiled.Rules, compiled.Flushed);
    }

    /// <summary>Carries a packet through both machines.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="hooks">The hooks in order.</param>
    /// <param name="outInterface">The interface that it leaves by, from the second hook on.</param>
    /// <param name="left">The packet as it was at its end.</param>
    /// <returns>What differs; null where nothing does.</returns>
    public string? Pass(in Packet packet, Hook[] hooks, int outInterface, out Packet left)
    {
        int inInterface = hooks[0] == Hook.Output ? 0 : 2;
        var one = new SocketBuffer(packet, inInterface);
        var other = new SocketBuffer(packet, inInterface);
        var deaf = default(DeafTrace);
        var silent = default(SilentTrace);
        foreach (Hook hook in hooks)
        {
            if (hook != Hook.Prerouting) one.OutInterface = other.OutInterface = hook == Hook.Input ? 0 : outInterface;
            HookVerdict expected = _interpreted.Run(hook, ref one, ref deaf), actual = _compiled.Run(hook, ref other, ref silent);
            left = one.Packet;
            if (expected != actual) return $"{hook}: {expected}, by the program {actual}";
            if (!MachineComparison.AreSame(one, other)) return $"{hook}: {MachineComparison.Text(one)}, by the program {MachineComparison.Text(other)}";
            if (expected.Result != HookResult.Accept) break;
        }

        left = one.Packet;
        return MachineComparison.Difference(_interpreted, _compiled);
    }

    private static RoutingTable Routing()
    {
        var routing = new RoutingTable();
        routing.AddAddress(routing.AddInterface("eth0"), new InterfaceAddress(RandomPackets.Node, 24, AddressScope.Global));
        routing.AddAddress(routing.AddInterface("veth0"), new InterfaceAddress(IpAddr.Parse("10.44.0.1"), 24, AddressScope.Global));
        routing.AddRoute(new Route(IpCidr.Parse("10.44.0.0/16"), IpAddr.Parse("192.168.70.12"), 2));
        routing.AddRoute(new Route(IpCidr.Parse("0.0.0.0/0"), IpAddr.Parse("192.168.70.1"), 2));
        return routing;
    }
}
