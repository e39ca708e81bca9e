using System.Globalization;
using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a node's connection tracking table. A failure lists the entries as <c>conntrack -L</c> does.</summary>
/// <param name="subject">The table.</param>
public sealed class ConntrackAssertions(NodeConntrack? subject) : ObjectAssertions<NodeConntrack?, ConntrackAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "conntrack table";

    /// <summary>Asserts that there is no entry.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConntrackAssertions> BeEmpty(string because = "", params object[] becauseArgs) =>
        Check(static table => table.Count == 0, "be empty", because, becauseArgs);

    /// <summary>Asserts how many entries there are.</summary>
    /// <param name="count">The number, 0 or more.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConntrackAssertions> HaveCount(int count, string because = "", params object[] becauseArgs) =>
        Check(table => table.Count == count, string.Create(CultureInfo.InvariantCulture, $"have {count} entries"), because, becauseArgs);

    /// <summary>Asserts that there is an entry that a filter lets through.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConntrackAssertions> HaveEntry(ConntrackFilter filter, string because = "", params object[] becauseArgs) =>
        Check(table => table.List(filter).Count > 0, $"have an entry of {filter}", because, becauseArgs);

    /// <summary>Asserts that there is no entry that a filter lets through.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConntrackAssertions> NotHaveEntry(ConntrackFilter filter, string because = "", params object[] becauseArgs) =>
        Check(table => table.List(filter).Count == 0, $"have no entry of {filter}", because, becauseArgs);

    private AndConstraint<ConntrackAssertions> Check(Func<NodeConntrack, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && holds(Subject), "conntrack table", expectation, Found, because, becauseArgs);
        return new AndConstraint<ConntrackAssertions>(this);
    }

    private string Found() => Subject is null ? "found <null>." : $"the entries are:{string.Concat(Subject.Lines().Select(static line => $"\n{line}"))}";
}
