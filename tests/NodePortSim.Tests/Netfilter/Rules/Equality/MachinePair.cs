using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
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
            if (!AreSame(one, other)) return $"{hook}: {Text(one)}, by the program {Text(other)}";
            if (expected.Result != HookResult.Accept) break;
        }

        left = one.Packet;
        return Difference();
    }

    private string? Difference()
    {
        MachineCounters expected = _interpreted.Counters(IpFamily.IPv4), actual = _compiled.Counters(IpFamily.IPv4);
        foreach (TableRules table in _interpreted.Rules(IpFamily.IPv4).Tables)
        {
            foreach (Chain chain in table.Chains)
            {
                if (chain.IsBuiltIn && expected.OfPolicy(table.Table, chain.Name) != actual.OfPolicy(table.Table, chain.Name))
                    return $"{table.Table} {chain.Name}: counters of the policy differ";
                for (int i = 0; i < chain.Rules.Count; i++)
                    if (expected.OfRule(table.Table, chain.Name, i) != actual.OfRule(table.Table, chain.Name, i))
                        return $"{table.Table} {chain.Name} {i + 1}: counters differ";
            }
        }

        if (_interpreted.AccountingObjects.List() != _compiled.AccountingObjects.List()) return "accounting objects differ";
        foreach (string name in _interpreted.RecentLists.Names)
            if (_interpreted.RecentLists[name]!.List() != (_compiled.RecentLists[name]?.List() ?? "")) return $"recent list {name} differs";
        IReadOnlyList<ConntrackEntry> expectedEntries = _interpreted.Conntrack.List(), actualEntries = _compiled.Conntrack.List();
        return expectedEntries.SequenceEqual(actualEntries) ? null : "conntrack differs";
    }

    private static bool AreSame(in SocketBuffer one, in SocketBuffer other) =>
        one.Packet == other.Packet && one.Mark == other.Mark && one.InInterface == other.InInterface && one.OutInterface == other.OutInterface
        && one.NextHop == other.NextHop && one.Entry == other.Entry && one.Info == other.Info;

    private static string Text(in SocketBuffer buffer) =>
        $"{buffer.Packet} mark {buffer.Mark} in {buffer.InInterface} out {buffer.OutInterface} to {buffer.NextHop} entry {buffer.Entry} {buffer.Info}";

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
