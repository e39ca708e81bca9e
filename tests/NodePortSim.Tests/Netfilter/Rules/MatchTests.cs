using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class MatchTests
{
    [Theory]
    [InlineData("192.168.50.0/24", false, true)]
    [InlineData("192.168.50.0/24", true, false)]
    [InlineData("192.168.50.10/32", false, true)]
    [InlineData("192.168.50.11/32", false, false)]
    [InlineData("0.0.0.0/0", false, true)]
    [InlineData("10.0.0.0/8", true, true)]
    public void A_source_address_is_in_a_network_or_not(string network, bool inverted, bool expected) =>
        Holds(new Rule { Source = new AddressMatch(IpCidr.Parse(network), inverted) }).Should().Be(expected);

    [Theory]
    [InlineData("192.168.50.1/32", false, true)]
    [InlineData("192.168.50.0/31", false, true)]
    [InlineData("127.0.0.0/8", false, false)]
    [InlineData("127.0.0.0/8", true, true)]
    public void A_destination_address_is_in_a_network_or_not(string network, bool inverted, bool expected) =>
        Holds(new Rule { Destination = new AddressMatch(IpCidr.Parse(network), inverted) }).Should().Be(expected);

    [Theory]
    [InlineData(Protocol.Tcp, false, true)]
    [InlineData(Protocol.Udp, false, false)]
    [InlineData(Protocol.Udp, true, true)]
    [InlineData(Protocol.Any, false, true)]
    public void The_protocol_is_the_packets_or_not(Protocol protocol, bool inverted, bool expected) =>
        Holds(new Rule { Protocol = new ProtocolMatch(protocol, inverted) }).Should().Be(expected);

    [Theory]
    [InlineData("eth0", false, true)]
    [InlineData("eth+", false, true)]
    [InlineData("+", false, true)]
    [InlineData("veth1", false, false)]
    [InlineData("veth1", true, true)]
    public void An_input_interface_is_matched_by_name(string name, bool inverted, bool expected) =>
        Holds(new Rule { InInterface = new InterfaceMatch(name, inverted) }).Should().Be(expected);

    [Theory]
    [InlineData("eth0", false, false)]
    [InlineData("eth0", true, true)]
    [InlineData("+", false, true)]
    public void A_packet_in_OUTPUT_came_in_by_an_interface_without_name(string name, bool inverted, bool expected)
    {
        var rule = new Rule { InInterface = new InterfaceMatch(name, inverted), Target = new DropTarget() };
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("OUTPUT", rule));

        (bed.Run(Hook.Output, Syn(Node, Client), 0).Result == HookResult.Drop).Should().Be(expected);
    }

    [Fact]
    public void An_output_interface_is_matched_by_name()
    {
        var rule = new Rule { OutInterface = new InterfaceMatch("veth2"), Target = new DropTarget() };
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("FORWARD", rule));
        SocketBuffer toPod = new(Syn(), Eth0) { OutInterface = Veth2 }, toOther = new(Syn(), Eth0) { OutInterface = Veth1 };

        bed.Run(Hook.Forward, ref toPod).Result.Should().Be(HookResult.Drop);
        bed.Run(Hook.Forward, ref toOther).Result.Should().Be(HookResult.Accept);
    }

    [Fact]
    public void Ports_and_flags_are_tested_and_inverted_each_on_its_own()
    {
        Holds(Rule(null, new PortMatch(Protocol.Tcp))).Should().BeTrue();
        Holds(Rule(null, new PortMatch(Protocol.Udp))).Should().BeFalse();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { SourcePort = new PortRange(30000, 50000) })).Should().BeTrue();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { SourcePort = new PortRange(30000, 50000), SourcePortInverted = true })).Should().BeFalse();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { DestinationPort = new PortRange(30080) })).Should().BeTrue();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { DestinationPort = new PortRange(30081), DestinationPortInverted = true })).Should().BeTrue();
        TcpFlags syn = TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst | TcpFlags.Fin;
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { TcpFlags = new TcpFlagsMatch(syn, TcpFlags.Syn) })).Should().BeTrue();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { TcpFlags = new TcpFlagsMatch(syn, TcpFlags.Syn, true) })).Should().BeFalse();
        Holds(Rule(null, new PortMatch(Protocol.Tcp) { TcpFlags = new TcpFlagsMatch(syn, TcpFlags.Ack) })).Should().BeFalse();
    }

    [Theory]
    [InlineData("192.168.50.1", AddressType.Local)]
    [InlineData("10.10.2.1", AddressType.Local)]
    [InlineData("127.0.0.1", AddressType.Local)]
    [InlineData("127.9.9.9", AddressType.Local)]
    [InlineData("127.255.255.255", AddressType.Broadcast)]
    [InlineData("192.168.50.255", AddressType.Broadcast)]
    [InlineData("255.255.255.255", AddressType.Broadcast)]
    [InlineData("224.0.0.1", AddressType.Multicast)]
    [InlineData("192.168.50.2", AddressType.Unicast)]
    [InlineData("10.10.2.7", AddressType.Unicast)]
    public void An_address_has_one_type(string address, AddressType expected)
    {
        foreach (AddressType type in Enum.GetValues<AddressType>())
        {
            Holds(Rule(null, new AddressTypeMatch { DestinationType = type }), Syn(destination: address)).Should().Be(type == expected);
            Holds(Rule(null, new AddressTypeMatch { DestinationType = type, DestinationInverted = true }), Syn(destination: address)).Should().Be(type != expected);
            Holds(Rule(null, new AddressTypeMatch { SourceType = type }), Syn(source: address)).Should().Be(type == expected);
        }
    }

    [Fact]
    public void Matches_stop_at_the_first_that_fails_so_that_a_later_one_neither_counts_nor_draws()
    {
        Match[] early = [new NfacctMatch("early"), Dport(1), new NfacctMatch("late"), new StatisticMatch(0.5)];
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("INPUT", Rule(null, early)));

        bed.Trace(Hook.Input, Syn()).Should().Be(
            """
            Input 192.168.50.10:40000 > 192.168.50.1:30080
              filter
                INPUT 1: not -m tcp --dport 1
                INPUT policy Accept
              Accept
            """);
        bed.Machine.AccountingObjects.List().Should().Be(
            """
            { pkts = 00000000000000000001, bytes = 00000000000000000060 } = early;
            { pkts = 00000000000000000000, bytes = 00000000000000000000 } = late;

            """);
        bed.Count(IptablesTable.Filter, "INPUT", 0).Should().Be("[0:0]");
    }

    [Fact]
    public void A_statistic_draw_uses_the_low_31_bits_and_is_made_anew_each_time()
    {
        var clock = new VirtualTimeProvider();
        RandomSource random = new(7), same = new(7);
        var tests = new RuleTests(new RoutingTable(), new ConntrackTable(new Sysctls(), clock, new RandomSource(1)), random, new KernelClock(clock), new PathRecorder());
        var chain = new LoadedChain(IptablesTable.Filter, PreparedChain.Of(Chain("A", Rule(null, new StatisticMatch(0.25)))));
        var silent = new SilentTrace();
        SocketBuffer buffer = new(Syn(), Eth0);

        for (int i = 0; i < 200; i++)
        {
            bool below = (same.NextUInt32() & 0x7FFFFFFF) < 0x20000000;
            (tests.Test(chain, 0, chain.Prepared.Rules[0], ref buffer, ref silent) == RuleTests.AllHeld).Should().Be(below, "draw {0}", i);
        }
    }

    [Fact]
    public void A_statistic_of_probability_1_always_holds_and_of_0_never()
    {
        for (int i = 0; i < 50; i++)
        {
            Holds(Rule(null, new StatisticMatch(1))).Should().BeTrue();
            Holds(Rule(null, new StatisticMatch(0))).Should().BeFalse();
            Holds(Rule(null, new StatisticMatch(0, Inverted: true))).Should().BeTrue();
        }
    }

    [Fact]
    public void A_mark_is_compared_under_its_mask()
    {
        Bed bed = new Bed().With(IptablesTable.Filter,
            BuiltIn("INPUT",
                Rule(MarkTarget.Set(0x4001)),
                Rule(null, new MarkMatch(0x4000, 0x4000)),
                Rule(null, new MarkMatch(0x4000)),
                Rule(null, new MarkMatch(0x4000, 0x4000, Inverted: true))));

        bed.Run(Hook.Input, Syn());

        bed.Count(IptablesTable.Filter, "INPUT", 1).Should().Be("[1:60]");
        bed.Count(IptablesTable.Filter, "INPUT", 2).Should().Be("[0:0]");
        bed.Count(IptablesTable.Filter, "INPUT", 3).Should().Be("[0:0]");
    }

    private static bool Holds(Rule rule, Packet? packet = null)
    {
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("INPUT", rule with { Target = new DropTarget() }));
        return bed.Run(Hook.Input, packet ?? Syn()).Result == HookResult.Drop;
    }
}
