using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a node's rules. A failure lists the chain's rules as <c>iptables-save</c> does, or the table's chains.</summary>
/// <param name="subject">The rules.</param>
public sealed class RuleSetAssertions(RuleSet? subject) : ObjectAssertions<RuleSet?, RuleSetAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "rules";

    /// <summary>Asserts that a table has a chain.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<RuleSetAssertions> HaveChain(IptablesTable table, string chain, string because = "", params object[] becauseArgs) =>
        Check(rules => Find(rules, table, chain) is not null, $"have chain {chain} in table {table.Name()}", () => Chains(table), because, becauseArgs);

    /// <summary>Asserts that a table has no such chain.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<RuleSetAssertions> NotHaveChain(IptablesTable table, string chain, string because = "", params object[] becauseArgs) =>
        Check(rules => Find(rules, table, chain) is null, $"have no chain {chain} in table {table.Name()}", () => Chains(table), because, becauseArgs);

    /// <summary>Asserts that a chain has a rule.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="rule">The rule as <c>iptables-save</c> prints it, without <c>-A CHAIN</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<RuleSetAssertions> HaveRule(IptablesTable table, string chain, string rule, string because = "", params object[] becauseArgs) => Check(
        rules => Lines(rules, table, chain).Contains(rule, StringComparer.Ordinal),
        $"have rule \"{rule}\" in chain {chain} of table {table.Name()}",
        () => Rules(table, chain),
        because,
        becauseArgs);

    private static Chain? Find(RuleSet rules, IptablesTable table, string chain) =>
        rules[table] is { } found && found.TryGetChain(chain, out Chain? value) ? value : null;

    private static IEnumerable<string> Lines(RuleSet rules, IptablesTable table, string chain) =>
        Find(rules, table, chain)?.Rules.Select(rule => SaveWriter.Write(rule, rules.Family)) ?? [];

    private string Chains(IptablesTable table) => $"the chains are: {string.Join(", ", Subject![table]?.Chains.Select(static chain => chain.Name) ?? [])}";

    private string Rules(IptablesTable table, string chain) => Find(Subject!, table, chain) is null
        ? Chains(table)
        : $"the rules are:{string.Concat(Lines(Subject!, table, chain).Select(static line => $"\n{line}"))}";

    private AndConstraint<RuleSetAssertions> Check(Func<RuleSet, bool> holds, string expectation, Func<string> found, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && holds(Subject), Identifier, expectation, () => Subject is null ? "found <null>." : found(), because, becauseArgs);
        return new AndConstraint<RuleSetAssertions>(this);
    }
}
