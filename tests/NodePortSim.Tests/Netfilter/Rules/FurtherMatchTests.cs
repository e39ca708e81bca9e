using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class FurtherMatchTests
{
    private const IptablesTable Filter = IptablesTable.Filter;

    [Fact]
    public void Multiport_holds_if_any_listed_range_has_the_port()
    {
        PortRange[] ports = [new PortRange(22), new PortRange(30000, 32767)];
        Holds(new MultiportMatch(MultiportSide.Destination, [.. ports])).Should().BeTrue();
        Holds(new MultiportMatch(MultiportSide.Source, [.. ports])).Should().BeFalse();
        Holds(new MultiportMatch(MultiportSide.Either, [.. ports])).Should().BeTrue();
        Holds(new MultiportMatch(MultiportSide.Destination, [.. ports], Inverted: true)).Should().BeFalse();
        Holds(new MultiportMatch(MultiportSide.Source, [.. ports], Inverted: true)).Should().BeTrue();
    }

    [Fact]
    public void Ranges_of_addresses_and_lengths_include_both_ends()
    {
        AddressRange ten = new(IpAddr.Parse("192.168.50.2"), IpAddr.Parse("192.168.50.10"));
        Holds(new IpRangeMatch { Source = ten }).Should().BeTrue();
        Holds(new IpRangeMatch { Source = ten with { Inverted = true } }).Should().BeFalse();
        Holds(new IpRangeMatch { Source = ten, Destination = ten }).Should().BeFalse();
        Holds(new LengthMatch(60, 60)).Should().BeTrue();
        Holds(new LengthMatch(61, 1500)).Should().BeFalse();
        Holds(new LengthMatch(61, 1500, Inverted: true)).Should().BeTrue();
    }

    [Fact]
    public void An_ICMP_type_is_tested_with_its_code_or_without()
    {
        Packet unreachable = Syn() with { Protocol = Protocol.Icmp, DestinationPort = 0x0303 };
        Holds(new IcmpMatch(3), unreachable).Should().BeTrue();
        Holds(new IcmpMatch(3, 3), unreachable).Should().BeTrue();
        Holds(new IcmpMatch(3, 1), unreachable).Should().BeFalse();
        Holds(new IcmpMatch(8, Inverted: true), unreachable).Should().BeTrue();
        Holds(new IcmpMatch(IcmpMatch.AnyType), unreachable).Should().BeTrue();
        Holds(new IcmpMatch(IcmpMatch.AnyType)).Should().BeFalse("TCP is no ICMP");
    }

    [Fact]
    public void Physdev_holds_for_a_routed_packet_only_where_it_denies()
    {
        Holds(new PhysdevMatch { IsBridged = true }).Should().BeFalse();
        Holds(new PhysdevMatch { IsBridged = false }).Should().BeTrue();
        Holds(new PhysdevMatch { InInterface = new InterfaceMatch("veth1") }).Should().BeFalse();
        Holds(new PhysdevMatch { InInterface = new InterfaceMatch("veth1", true) }).Should().BeTrue();
    }

    [Fact]
    public void Every_third_packet_that_reaches_the_rule_holds_from_the_one_that_is_named()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Rule(new DropTarget(), new NthMatch(3, 1))));

        string seen = string.Concat(Enumerable.Range(0, 9).Select(_ => bed.Run(Hook.Input, Syn()).Result == HookResult.Drop ? "x" : "."));
        seen.Should().Be(".x..x..x.");
    }

    [Fact]
    public void A_limit_spends_its_burst_and_then_one_token_a_period()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Rule(null, LimitMatch.Rate(2, 1, burst: 3))));
        string Send(int count)
        {
            for (int i = 0; i < count; i++) bed.Run(Hook.Input, Syn());
            return bed.Count(Filter, "INPUT", 0);
        }

        Send(5).Should().Be("[3:180]");
        bed.Wait(0.499);
        Send(5).Should().Be("[3:180]");
        bed.Wait(0.001);
        Send(5).Should().Be("[4:240]");
        bed.Wait(100);
        Send(5).Should().Be("[7:420]", "no more than the burst is saved");
    }

    [Fact]
    public void What_a_rule_remembers_survives_a_rule_above_it_but_not_a_flush()
    {
        Rule nth = Rule(null, new NthMatch(2));
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", nth));
        bed.Run(Hook.Input, Syn());
        bed.With(Filter, BuiltIn("INPUT", Rule(null), nth));
        bed.Run(Hook.Input, Syn());
        bed.Count(Filter, "INPUT", 1).Should().Be("[1:60]", "the second packet's turn is not");

        bed.Run(Hook.Input, Syn());
        bed.Machine.Load(bed.Machine.Rules(IpFamily.IPv4));
        bed.Run(Hook.Input, Syn());
        bed.Count(Filter, "INPUT", 1).Should().Be("[1:60]", "the round began anew");
    }

    [Fact]
    public void Machines_that_have_the_same_chain_remember_each_for_itself()
    {
        Chain chain = BuiltIn("INPUT", Rule(new DropTarget(), new NthMatch(2)));
        Bed one = new Bed().With(Filter, chain), other = new Bed().With(Filter, chain);

        one.Run(Hook.Input, Syn()).Result.Should().Be(HookResult.Drop);
        other.Run(Hook.Input, Syn()).Result.Should().Be(HookResult.Drop);
    }

    [Fact]
    public void A_restore_keeps_the_counters_of_what_it_does_not_flush()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Jump("A"), Jump("B")), Chain("A", Rule(null)), Chain("B", Rule(null)));
        bed.Run(Hook.Input, Syn());
        RestoreInput input = new(IpFamily.IPv4,
        [
            new RestoreTable(Filter, ["A", "C"], [new AppendRule("A", Rule(null)), new InsertRule("INPUT", Jump("C")), new AppendRule("B", Rule(null))]),
        ]);

        bed.Machine.Load(bed.Machine.Rules(IpFamily.IPv4).Apply(input));
        bed.Run(Hook.Input, Syn());

        NodePortSim.Iptables.Text.SaveWriter.Write(bed.Machine.Rules(IpFamily.IPv4), bed.Machine.Counters(IpFamily.IPv4)).Should().Be(
            """
            *filter
            :INPUT ACCEPT [2:120]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :A - [0:0]
            :B - [0:0]
            :C - [0:0]
            [1:60] -A INPUT -j C
            [2:120] -A INPUT -j A
            [2:120] -A INPUT -j B
            [1:60] -A A
            [2:120] -A B
            [1:60] -A B
            COMMIT

            """);
    }

    [Fact]
    public void Walking_rules_allocates_nothing()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Jump("A", new StatisticMatch(0.5), new NfacctMatch("n")), Jump("A")),
            Chain("A",
                Rule(null, new RecentMatch(RecentMode.Update, "L") { Seconds = 10, Reap = true }),
                Rule(null, new RecentMatch(RecentMode.Set, "L")),
                Rule(null, new AddressTypeMatch { DestinationType = AddressType.Local }, new MarkMatch(1, 1, true), LimitMatch.Rate(1, 1), new NthMatch(2)),
                new Rule { InInterface = new InterfaceMatch("eth+"), Source = new AddressMatch(IpCidr.Parse("10.0.0.0/8"), true), Target = MarkTarget.Or(1) }));
        Packet packet = Syn();
        for (int i = 0; i < 200; i++) bed.Run(Hook.Input, packet);

        Allocation.Of(_ => { for (int i = 0; i < 1000; i++) bed.Run(Hook.Input, packet); }).Should().Be(0);
    }

    private static bool Holds(Match match, Packet? packet = null)
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Rule(new DropTarget(), match)));
        return bed.Run(Hook.Input, packet ?? Syn()).Result == HookResult.Drop;
    }
}
