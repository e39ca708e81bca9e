using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Matrices;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a flow of a matrix. A failure lists its outcomes.</summary>
/// <param name="subject">The flow.</param>
public sealed class MatrixFlowAssertions(MatrixFlow? subject) : ObjectAssertions<MatrixFlow?, MatrixFlowAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "flow";

    /// <summary>Asserts that the connection succeeds whatever chance decides.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixFlowAssertions> AlwaysSucceed(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.Outcome == Outcome.Connected, "always succeed", because, becauseArgs);

    /// <summary>Asserts that the connection fails whatever chance decides.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixFlowAssertions> NeverSucceed(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.Outcome != Outcome.Connected, "never succeed", because, becauseArgs);

    /// <summary>Asserts why the connection fails, whatever chance decides.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixFlowAssertions> FailBecause(OutcomeReason reason, string because = "", params object[] becauseArgs) =>
        Check(outcome => outcome.Reason == reason, $"fail because of {reason}", because, becauseArgs);

    /// <summary>Asserts that every backend that can serve sees the client's own address.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixFlowAssertions> ShowTheClient(string because = "", params object[] becauseArgs) =>
        Check(static outcome => outcome.Outcome != Outcome.Connected || outcome.SeesClient, "show the client's address to the backend", because, becauseArgs);

    /// <summary>Asserts how many backends can serve.</summary>
    /// <param name="count">The number, 0 or more.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixFlowAssertions> HaveBackends(int count, string because = "", params object[] becauseArgs)
    {
        int found = Subject?.Outcomes.Select(static outcome => outcome.Backend).OfType<Net.IpEndpoint>().Distinct().Count() ?? -1;
        Failing.Unless(found == count, Identifier, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"have {count} backends"), Found, because, becauseArgs);
        return new AndConstraint<MatrixFlowAssertions>(this);
    }

    private AndConstraint<MatrixFlowAssertions> Check(Func<ExploredOutcome, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && Subject.Outcomes.All(holds), Identifier, expectation, Found, because, becauseArgs);
        return new AndConstraint<MatrixFlowAssertions>(this);
    }

    private string Found() => Subject is null ? "found <null>." : $"it does not:\n{MatrixText.Write(new ReachabilityMatrix { Flows = [Subject] }).TrimEnd('\n')}";
}
