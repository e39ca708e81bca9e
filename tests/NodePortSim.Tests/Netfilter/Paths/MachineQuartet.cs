using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;
using NodePortSim.Tests.Netfilter.Rules.Equality;

namespace NodePortSim.Tests.Netfilter.Paths;

/// <summary>
/// Four machines of one seed that forward the same packets: by the interpreter, by the program hook for hook, by known paths, and in bulk.
/// </summary>
internal sealed class MachineQuartet
{
    private readonly VirtualTimeProvider _time = new();
    private readonly NetfilterMachine[] _all;
    private Sysctls _sysctls;

    public MachineQuartet(ulong seed, RuleSet rules)
    {
        _sysctls = new Sysctls { Forwarding = true, ConntrackAccounting = seed % 2 == 0, ConntrackMax = seed % 5 == 0 ? 4 : 262144 };
        _all = [.. Enumerable.Range(0, 4).Select(_ => new NetfilterMachine(Routing(), _sysctls, _time, new RandomSource(seed)))];
        if (seed % 3 == 0) foreach (NetfilterMachine machine in _all) machine.Conntrack.RecordEvents();
        Load(rules);
    }

    public NetfilterMachine Cached => _all[2];

    private NetfilterMachine Interpreted => _all[0];

    private NetfilterMachine Compiled => _all[1];

    private NetfilterMachine Bulk => _all[3];

    /// <summary>Forwards packets one by one through three machines, and together through the fourth.</summary>
    /// <param name="arrived">The packets as they arrive.</param>
    /// <param name="comparesEach">Whether all that can be seen is compared after every packet, or only packets and verdicts; then once at the end.</param>
    /// <param name="left">The packets as they left; default for those that did not.</param>
    /// <returns>What differs; null where nothing does.</returns>
    public string? Pass(ReadOnlySpan<SocketBuffer> arrived, bool comparesEach, Packet[] left)
    {
        SocketBuffer[] together = arrived.ToArray();
        var verdicts = new ForwardVerdict[together.Length];
        Bulk.ForwardBatch(together, verdicts);
        for (int i = 0; i < arrived.Length; i++)
        {
            SocketBuffer one = arrived[i], two = arrived[i], three = arrived[i];
            ForwardVerdict expected = Plainly(Interpreted, ref one, default(DeafTrace));
            ForwardVerdict compiled = Plainly(Compiled, ref two, default(SilentTrace)), cached = Cached.Forward(ref three);
            left[i] = expected.Result == ForwardResult.Forwarded ? one.Packet : default;
            string? difference = Difference("the program", expected, one, compiled, two) ?? Difference("known paths", expected, one, cached, three)
                ?? Difference("the bulk call", expected, one, verdicts[i], together[i]);
            if (difference is null && comparesEach) difference = Compared(Compiled) ?? Compared(Cached);
            if (difference is not null) return $"packet {i} of {arrived.Length}, {MachineComparison.Text(arrived[i])}: {difference}";
        }

        return comparesEach ? Compared() : null;
    }

    /// <summary>What differs in all that can be seen of the machines; null where nothing does.</summary>
    public string? Compared()
    {
        // To ask for events collects what has expired: all machines are asked alike.
        IReadOnlyList<ConntrackEvent>[] events = [.. _all.Select(static machine => machine.Conntrack.Events)];
        for (int i = 1; i < events.Length; i++)
            if (!events[0].SequenceEqual(events[i])) return $"machine {i}: conntrack's events differ";
        return Compared(Compiled) ?? Compared(Cached) ?? Compared(Bulk);
    }

    public void Wait(TimeSpan time) => _time.Advance(time);

    public void Load(RuleSet rules)
    {
        foreach (NetfilterMachine machine in _all) machine.Load(rules, FlushedChains.None);
    }

    /// <summary>Does what tools, administrators and kube-proxy do to a node between packets.</summary>
    public void Disturb(RandomSource random)
    {
        uint choice = random.NextBelow(8), number = random.NextBelow(4);
        switch (choice)
        {
            case 0: Load(Interpreted.Rules(IpFamily.IPv4)); break;
            case 1: ForAll(static machine => machine.Counters(IpFamily.IPv4).Zero()); break;
            case 2: ForAll(machine => machine.Conntrack.Delete(new ConntrackFilter { SourcePort = (ushort)(40000 + number) })); break;
            case 3:
                int entry = (int)random.NextBelow(3) + 1;
                ForAll(machine => machine.Conntrack.SetMark(entry, number));
                break;
            case 4:
                _sysctls = _sysctls with { ConntrackTcpBeLiberal = number == 0, ConntrackTimeouts = new ConntrackTimeouts { TcpEstablished = 100 + (int)number } };
                ForAll(machine => machine.Conntrack.Sysctls = _sysctls);
                break;
            case 5:
                ForAll(machine => machine.Routing.RemoveRoute(IpCidr.Parse("0.0.0.0/0")));
                ForAll(machine => machine.Routing.AddRoute(new Route(IpCidr.Parse("0.0.0.0/0"), IpAddr.Parse("192.168.70.1"), 2 + (int)(number & 1))));
                break;
            case 6: ForAll(static machine => machine.Conntrack.CollectExpired()); break;
            default: break;
        }
    }

    private void ForAll(Action<NetfilterMachine> action) => Array.ForEach(_all, action);

    private string? Compared(NetfilterMachine machine) => MachineComparison.Difference(Interpreted, machine) is { } difference
        ? $"machine {Array.IndexOf(_all, machine)}: {difference}"
        : null;

    private static string? Difference(string by, in ForwardVerdict expected, in SocketBuffer one, in ForwardVerdict actual, in SocketBuffer other)
    {
        if (expected != actual) return $"{expected}, by {by} {actual}";
        return MachineComparison.AreSame(one, other) ? null : $"{MachineComparison.Text(one)}, by {by} {MachineComparison.Text(other)}";
    }

    /// <summary>The hooks and the routing between them, as a host calls them.</summary>
    private static ForwardVerdict Plainly<TTrace>(NetfilterMachine machine, ref SocketBuffer buffer, TTrace trace)
        where TTrace : struct, ITraceSink
    {
        ForwardVerdict verdict = Hooks(machine, ref buffer, trace);
        if (verdict.Result != ForwardResult.Forwarded) machine.Conntrack.Release(ref buffer);
        return verdict;
    }

    private static ForwardVerdict Hooks<TTrace>(NetfilterMachine machine, ref SocketBuffer buffer, TTrace trace)
        where TTrace : struct, ITraceSink
    {
        HookVerdict verdict = machine.Run(Hook.Prerouting, ref buffer, ref trace);
        if (verdict.Result != HookResult.Accept) return new ForwardVerdict(ForwardResult.Ended, Hook.Prerouting, verdict);
        RouteDecision route = machine.Routing.Lookup(buffer.Packet.Destination);
        if (route.Type != RouteType.Unicast || buffer.Packet.Ttl <= 1) return new ForwardVerdict(ForwardResult.NotForwarded);
        buffer.Packet.Ttl--;
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        foreach (Hook hook in new[] { Hook.Forward, Hook.Postrouting })
        {
            verdict = machine.Run(hook, ref buffer, ref trace);
            if (verdict.Result != HookResult.Accept) return new ForwardVerdict(ForwardResult.Ended, hook, verdict);
        }

        return default;
    }

    /// <summary>A machine on the node that the packets of <see cref="Conversations"/> meet, without rules.</summary>
    public static NetfilterMachine Machine(ulong seed, TimeProvider time) => new(Routing(), new Sysctls { Forwarding = true }, time, new RandomSource(seed));

    private static RoutingTable Routing()
    {
        var routing = new RoutingTable();
        NetworkInterface eth0 = routing.AddInterface("eth0"), veth0 = routing.AddInterface("veth0");
        foreach (IpFamily family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
        {
            int more = family == IpFamily.IPv4 ? 0 : 96;
            routing.AddAddress(eth0, new InterfaceAddress(RandomPackets.In(family, RandomPackets.Node), 24 + more, AddressScope.Global));
            routing.AddAddress(veth0, new InterfaceAddress(RandomPackets.In(family, IpAddr.Parse("10.44.0.1")), 24 + more, AddressScope.Global));
            routing.AddRoute(new Route(
                new IpCidr(RandomPackets.In(family, IpAddr.Parse("10.44.0.0")), 16 + more), RandomPackets.In(family, IpAddr.Parse("192.168.70.12")), 2));
            routing.AddRoute(new Route(new IpCidr(family == IpFamily.IPv4 ? IpAddr.AnyIPv4 : IpAddr.AnyIPv6, 0), RandomPackets.In(family, IpAddr.Parse("192.168.70.1")), 2));
        }

        return routing;
    }
}
