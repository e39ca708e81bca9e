using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class CounterTests
{
    private const IptablesTable Filter = IptablesTable.Filter;

    [Fact]
    public void Rules_count_packets_and_bytes_and_the_policy_only_what_reaches_it()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Rule(null), Jump("A"), Rule(null)),
            Chain("A", Rule(new AcceptTarget(), Dport(30080))));
        bed.Run(Hook.Input, Syn());
        bed.Run(Hook.Input, Syn() with { Length = 52 });
        bed.Run(Hook.Input, Syn(destinationPort: 22) with { Length = 1500 });

        SaveWriter.Write(bed.Machine.Rules(IpFamily.IPv4), bed.Machine.Counters(IpFamily.IPv4)).Should().Be(
            """
            *filter
            :INPUT ACCEPT [1:1500]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :A - [0:0]
            [3:1612] -A INPUT
            [3:1612] -A INPUT -j A
            [1:1500] -A INPUT
            [2:112] -A A -m tcp --dport 30080 -j ACCEPT
            COMMIT

            """);
    }

    [Fact]
    public void Loading_starts_at_zero()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Rule(null)));
        bed.Run(Hook.Input, Syn());
        bed.Machine.Load(bed.Machine.Rules(IpFamily.IPv4));

        bed.Count(Filter, "INPUT", 0).Should().Be("[0:0]");
        bed.PolicyCount(Filter, "INPUT").Should().Be("[0:0]");
    }

    [Fact]
    public void A_reload_keeps_the_counters_of_chains_that_were_not_flushed_and_of_rules_that_stay_in_them()
    {
        Bed bed = new Bed().With(Filter,
            BuiltIn("INPUT", Jump("A"), Jump("B")),
            Chain("A", Rule(null)),
            Chain("B", Rule(null)));
        bed.Run(Hook.Input, Syn());

        RuleSet changed = RuleSet.Empty(IpFamily.IPv4).With(new TableRules(Filter,
        [
            BuiltIn("INPUT", Jump("C"), Jump("A"), Rule(null, Dport(1)), Jump("B"), Rule(new AcceptTarget())),
            Chain("A", Rule(null)),
            Chain("B", Rule(null)),
            Chain("C"),
        ]));
        bed.Machine.Load(changed, FlushedChains.Of([(Filter, "A")]));

        SaveWriter.Write(bed.Machine.Rules(IpFamily.IPv4), bed.Machine.Counters(IpFamily.IPv4)).Should().Be(
            """
            *filter
            :INPUT ACCEPT [1:60]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :A - [0:0]
            :B - [0:0]
            :C - [0:0]
            [0:0] -A INPUT -j C
            [1:60] -A INPUT -j A
            [0:0] -A INPUT -m tcp --dport 1
            [1:60] -A INPUT -j B
            [0:0] -A INPUT -j ACCEPT
            [0:0] -A A
            [1:60] -A B
            COMMIT

            """);
    }

    [Fact]
    public void Zero_clears_all_one_table_or_one_chain()
    {
        Bed bed = new Bed()
            .With(Filter, BuiltIn("INPUT", Jump("A")), Chain("A", Rule(null)))
            .With(IptablesTable.Mangle, BuiltIn("INPUT", Rule(null)));
        bed.Run(Hook.Input, Syn());

        bed.Machine.Counters(IpFamily.IPv4).Zero(Filter, "A");
        bed.Count(Filter, "A", 0).Should().Be("[0:0]");
        bed.Count(Filter, "INPUT", 0).Should().Be("[1:60]");
        bed.Machine.Counters(IpFamily.IPv4).Zero(Filter);
        bed.Count(Filter, "INPUT", 0).Should().Be("[0:0]");
        bed.PolicyCount(Filter, "INPUT").Should().Be("[0:0]");
        bed.Count(IptablesTable.Mangle, "INPUT", 0).Should().Be("[1:60]");
        bed.Machine.Counters(IpFamily.IPv4).Zero();
        bed.Count(IptablesTable.Mangle, "INPUT", 0).Should().Be("[0:0]");
    }

    [Fact]
    public void Machines_that_have_the_same_chain_count_each_for_itself()
    {
        Chain chain = BuiltIn("INPUT", Rule(null));
        Bed one = new Bed().With(Filter, chain), other = new Bed().With(Filter, chain);
        one.Run(Hook.Input, Syn());

        one.Count(Filter, "INPUT", 0).Should().Be("[1:60]");
        other.Count(Filter, "INPUT", 0).Should().Be("[0:0]");
    }

    [Fact]
    public void Each_family_has_its_own_rules()
    {
        Bed bed = new Bed().With(Filter, BuiltIn("INPUT", Rule(new DropTarget())));
        Packet packet = Syn("fd00::1", "fd00::2");

        bed.Run(Hook.Input, packet).Result.Should().Be(HookResult.Accept);
        bed.Machine.Load(RuleSet.Empty(IpFamily.IPv6).With(new TableRules(Filter, [BuiltIn("INPUT", Rule(null))])));
        bed.Run(Hook.Input, packet).Result.Should().Be(HookResult.Accept);
        bed.Machine.Counters(IpFamily.IPv6).OfRule(Filter, "INPUT", 0).Should().Be(new RuleCounter(1, 60));
        bed.Count(Filter, "INPUT", 0).Should().Be("[0:0]");
    }
}
