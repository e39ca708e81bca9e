using System.Globalization;
using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a <see cref="Distribution"/>. A failure lists the shares.</summary>
/// <param name="subject">The distribution.</param>
public sealed class DistributionAssertions(Distribution? subject) : ObjectAssertions<Distribution?, DistributionAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "distribution";

    /// <summary>Asserts how many backends served.</summary>
    /// <param name="count">The number, 0 or more.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<DistributionAssertions> HaveBackends(int count, string because = "", params object[] becauseArgs) =>
        Check(distribution => distribution.Shares.Count == count, string.Create(CultureInfo.InvariantCulture, $"have {count} backends"), because, becauseArgs);

    /// <summary>Asserts that every backend that served has the same share, but for a tolerance.</summary>
    /// <param name="tolerance">How far a share may be off, as a part of all connections: 0.05 lets a share of a half be 45 to 55 of 100.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<DistributionAssertions> BeEvenWithin(double tolerance, string because = "", params object[] becauseArgs) => Check(
        distribution => distribution.Shares.All(share => Math.Abs(share.Count / (double)Total(distribution) - 1.0 / distribution.Shares.Count) <= tolerance),
        string.Create(CultureInfo.InvariantCulture, $"be even within {tolerance}"),
        because,
        becauseArgs);

    /// <summary>Asserts that nothing speaks against all backends that served being equally probable: the chi-squared test.</summary>
    /// <param name="significance">How improbable the counts must be to fail, above 0, below 1: of right distributions this part fails, in a seeded simulation always the same ones.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<DistributionAssertions> BeUniform(double significance = 0.001, string because = "", params object[] becauseArgs) => Check(
        distribution => ChiSquared.Probability([.. distribution.Shares.Select(share => ((double)share.Count, Total(distribution) / (double)distribution.Shares.Count))]) >= significance,
        string.Create(CultureInfo.InvariantCulture, $"be uniform at significance {significance}"),
        because,
        becauseArgs);

    /// <summary>Asserts that nothing speaks against the exact probabilities of an exploration: no other backend served, and the chi-squared test.</summary>
    /// <param name="exploration">What can come of the connections.</param>
    /// <param name="significance">As in <see cref="BeUniform"/>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<DistributionAssertions> Follow(ExplorationResult exploration, double significance = 0.001, string because = "", params object[] becauseArgs)
    {
        ArgumentNullException.ThrowIfNull(exploration);
        return Check(
            distribution => Follows(distribution, exploration, significance),
            string.Create(CultureInfo.InvariantCulture, $"follow the probabilities of {exploration.From} to {exploration.To} at significance {significance}"),
            because,
            becauseArgs);
    }

    private static bool Follows(Distribution distribution, ExplorationResult exploration, double significance)
    {
        // Failures are not counted in a distribution: what is left are the shares of those that connect.
        double connected = exploration.ProbabilityOf(Outcome.Connected);
        Dictionary<IpEndpoint, double> expected = exploration.Outcomes.Where(static outcome => outcome.Backend is not null)
            .GroupBy(static outcome => outcome.Backend!.Value)
            .ToDictionary(static group => group.Key, group => group.Sum(static outcome => outcome.Probability) / connected);
        Dictionary<IpEndpoint, int> counts = distribution.Shares.ToDictionary(static share => share.Backend, static share => share.Count);
        return counts.Keys.All(expected.ContainsKey)
            && ChiSquared.Probability([.. expected.Select(pair => ((double)counts.GetValueOrDefault(pair.Key), pair.Value * Total(distribution)))]) >= significance;
    }

    private static int Total(Distribution distribution) => distribution.Shares.Sum(static share => share.Count);

    private AndConstraint<DistributionAssertions> Check(Func<Distribution, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && holds(Subject), Identifier, expectation, Found, because, becauseArgs);
        return new AndConstraint<DistributionAssertions>(this);
    }

    private string Found() => Subject is null
        ? "found <null>."
        : $"the shares are:{string.Concat(Subject.Shares.Select(static share => string.Create(CultureInfo.InvariantCulture, $"\n{share.Count} {share.Pod} ({share.Backend})")))}";
}
