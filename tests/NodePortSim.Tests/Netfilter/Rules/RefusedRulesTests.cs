using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Netfilter;
using static NodePortSim.Tests.Netfilter.Rules.Bed;

namespace NodePortSim.Tests.Netfilter.Rules;

public class RefusedRulesTests
{
    [Fact]
    public void A_loop_is_refused_and_nothing_has_changed()
    {
        Bed bed = new Bed().With(IptablesTable.Filter, BuiltIn("INPUT", Rule(new DropTarget())));

        Refusal(bed, IptablesTable.Filter, BuiltIn("INPUT", Jump("A")), Chain("A", Jump("B")), Chain("B", Rule(new GotoTarget("A"))))
            .Should().Be("table filter: chain A: calls of chains form a loop");
        bed.Run(Hook.Input, Syn()).Result.Should().Be(HookResult.Drop);
    }

    [Fact]
    public void A_jump_to_no_chain_or_to_a_built_in_one_is_refused()
    {
        Refusal(new Bed(), IptablesTable.Nat, BuiltIn("OUTPUT", Jump("NOSUCH"))).Should().Be("table nat: chain OUTPUT: Chain 'NOSUCH' does not exist");
        Refusal(new Bed(), IptablesTable.Nat, BuiltIn("OUTPUT", Jump("INPUT"))).Should().Be("table nat: chain OUTPUT: Chain 'INPUT' does not exist");
    }

    [Fact]
    public void Chains_may_be_nested_15_deep_and_no_deeper()
    {
        new Bed().With(IptablesTable.Filter, Nested(15)).Run(Hook.Input, Syn()).Should().Be(
            new HookVerdict(HookResult.Drop, DropCause.Rule, default, IptablesTable.Filter, "C15", 0));
        Refusal(new Bed(), IptablesTable.Filter, Nested(16)).Should().Be("table filter: chain INPUT: chains are nested 16 deep, more than 15");
    }

    [Fact]
    public void Endless_nesting_is_refused_also_where_no_hook_leads() =>
        Refusal(new Bed(), IptablesTable.Filter, [.. Nested(100_000).Skip(1)]).Should().EndWith("chains are nested more than 1000 deep");

    [Fact]
    public void Targets_are_refused_where_the_kernel_does_not_know_them()
    {
        Refusal(new Bed(), IptablesTable.Filter, BuiltIn("INPUT", Rule(null), Rule(new MasqueradeTarget())))
            .Should().Be("table filter: chain INPUT: rule 2: Masquerade cannot be used here");
        Refusal(new Bed(), IptablesTable.Nat, BuiltIn("PREROUTING", Jump("A")), Chain("A", Rule(new MasqueradeTarget())))
            .Should().Be("table nat: chain A: rule 1: Masquerade cannot be used here");
        Refusal(new Bed(), IptablesTable.Nat, BuiltIn("POSTROUTING", Rule(new DnatTarget(null, null))))
            .Should().Be("table nat: chain POSTROUTING: rule 1: Dnat cannot be used here");
        Refusal(new Bed(), IptablesTable.Mangle, BuiltIn("INPUT", Rule(new RejectTarget())))
            .Should().Be("table mangle: chain INPUT: rule 1: Reject cannot be used here");
    }

    private static Chain[] Nested(int depth)
    {
        var chains = new List<Chain> { BuiltIn("INPUT", Jump("C1")) };
        for (int i = 1; i < depth; i++) chains.Add(Chain($"C{i}", Jump($"C{i + 1}")));
        chains.Add(Chain($"C{depth}", Rule(new DropTarget())));
        return [.. chains];
    }

    private static string Refusal(Bed bed, IptablesTable table, params Chain[] chains)
    {
        Action load = () => bed.With(table, chains);
        return load.Should().Throw<ArgumentException>().Which.Message;
    }
}
