using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Tests.Netfilter.Rules;

/// <summary>A machine to try rules on: the node of the specification's samples, with its client and its pods.</summary>
internal sealed class Bed
{
    public const string Client = "192.168.50.10", Node = "192.168.50.1", Pod = "10.10.2.7";
    public const int Eth0 = 2, Veth1 = 3, Veth2 = 4;

    public Bed(Sysctls? sysctls = null, ulong seed = 1)
    {
        var routing = new RoutingTable();
        routing.AddAddress(routing.AddInterface("eth0"), Address("192.168.50.1", 24));
        routing.AddAddress(routing.AddInterface("veth1"), Address("10.10.1.1", 24));
        routing.AddAddress(routing.AddInterface("veth2"), Address("10.10.2.1", 24));
        routing.AddRoute(new Route(IpCidr.Parse("0.0.0.0/0"), IpAddr.Parse("192.168.50.254"), Eth0));
        routing.AddRoute(new Route(IpCidr.Parse("10.10.3.0/24"), IpAddr.Parse("10.10.2.2"), Veth2));
        Machine = new NetfilterMachine(routing, sysctls ?? new Sysctls { Forwarding = true }, Clock, new RandomSource(seed));
    }

    public VirtualTimeProvider Clock { get; } = new();

    public NetfilterMachine Machine { get; }

    /// <summary>Loads one table.</summary>
    public Bed With(IptablesTable table, params Chain[] chains)
    {
        Machine.Load(Machine.Rules(IpFamily.IPv4).With(new TableRules(table, chains)), FlushedChains.None);
        return this;
    }

    public HookVerdict Run(Hook hook, ref SocketBuffer buffer)
    {
        var silent = new SilentTrace();
        return Machine.Run(hook, ref buffer, ref silent);
    }

    public HookVerdict Run(Hook hook, in Packet packet, int inInterface = Eth0)
    {
        var buffer = new SocketBuffer(packet, inInterface);
        return Run(hook, ref buffer);
    }

    public string Trace(Hook hook, in Packet packet, int inInterface = Eth0)
    {
        var buffer = new SocketBuffer(packet, inInterface);
        return Trace(hook, ref buffer);
    }

    public string Trace(Hook hook, ref SocketBuffer buffer)
    {
        var trace = new RecordingTrace();
        Machine.Run(hook, ref buffer, ref trace);
        return trace.Text;
    }

    public string Count(IptablesTable table, string chain, int rule) => Text(Machine.Counters(IpFamily.IPv4).OfRule(table, chain, rule));

    public string PolicyCount(IptablesTable table, string chain) => Text(Machine.Counters(IpFamily.IPv4).OfPolicy(table, chain));

    public void Wait(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public static Packet Syn(string source = Client, string destination = Node, ushort destinationPort = 30080, ushort sourcePort = 40000) => new()
    {
        Source = IpAddr.Parse(source),
        Destination = IpAddr.Parse(destination),
        SourcePort = sourcePort,
        DestinationPort = destinationPort,
        Protocol = Protocol.Tcp,
        Flags = TcpFlags.Syn,
        Ttl = 64,
        WindowScale = 7,
        Window = 64240,
        Sequence = 1000,
        Length = 60,
    };

    public static Chain Chain(string name, params Rule[] rules) => new(name, null, rules.ToEquatableArray());

    public static Chain BuiltIn(string name, params Rule[] rules) => BuiltIn(name, ChainPolicy.Accept, rules);

    public static Chain BuiltIn(string name, ChainPolicy policy, params Rule[] rules) => new(name, policy, rules.ToEquatableArray());

    public static Rule Rule(Target? target, params Match[] matches) => new() { Matches = matches.ToEquatableArray(), Target = target };

    public static Rule Jump(string chain, params Match[] matches) => Rule(new JumpTarget(chain), matches);

    public static PortMatch Dport(ushort port) => new(Protocol.Tcp) { DestinationPort = new PortRange(port) };

    private static string Text(RuleCounter counter) => $"[{counter.Packets}:{counter.Bytes}]";

    private static InterfaceAddress Address(string address, int bits) => new(IpAddr.Parse(address), bits, AddressScope.Global);
}
