using System.Globalization;
using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Assertions;

/// <summary>Assertions on all that can come of a connection. A failure lists the outcomes.</summary>
/// <param name="subject">The exploration.</param>
public sealed class ExplorationAssertions(ExplorationResult? subject) : ObjectAssertions<ExplorationResult?, ExplorationAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "exploration";

    /// <summary>Asserts that the connection succeeds whatever chance decides.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ExplorationAssertions> AlwaysSucceed(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.Outcome == Outcome.Connected, "always succeed", because, becauseArgs);

    /// <summary>Asserts that the connection fails whatever chance decides.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ExplorationAssertions> NeverSucceed(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.Outcome != Outcome.Connected, "never succeed", because, becauseArgs);

    /// <summary>Asserts that every backend that can serve sees the client's own address.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ExplorationAssertions> AlwaysShowTheClient(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.SeesClient || outcome.Outcome != Outcome.Connected, "always show the client's address to the backend", because, becauseArgs);

    private AndConstraint<ExplorationAssertions> Check(Func<ExploredOutcome, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && Subject.Outcomes.All(holds), Identifier, expectation, Found, because, becauseArgs);
        return new AndConstraint<ExplorationAssertions>(this);
    }

    private string Found() => Subject is null ? "found <null>." : $"of {Subject.From} to {Subject.To} there can come:{string.Concat(Subject.Outcomes.Select(Line))}";

    private static string Line(ExploredOutcome outcome) => string.Create(CultureInfo.InvariantCulture, $"\n{outcome.Probability:P1} {outcome.Outcome.LowerName()}: {What(outcome)}");

    private static string What(ExploredOutcome outcome) => outcome.Outcome == Outcome.Connected
        ? $"{outcome.Pod} ({outcome.Backend} on {outcome.Node}) sees {outcome.PeerAddress}"
        : $"{outcome.Explanation} ({outcome.Reason})";
}
