using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a <see cref="Trace"/>. A failure has the minimal trace.</summary>
/// <param name="subject">The trace.</param>
public sealed class TraceAssertions(Trace? subject) : ObjectAssertions<Trace?, TraceAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "trace";

    /// <summary>Asserts that the packet arrived and its answer came back.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<TraceAssertions> Succeed(string because = "", params object[] becauseArgs) =>
        Check(static trace => trace.Connection.Outcome == Outcome.Connected, "succeed", because, becauseArgs);

    /// <summary>Asserts that the packet passed a host on its way there.</summary>
    /// <param name="host">The host's name; a pod's is <c>namespace/name</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<TraceAssertions> PassHost(string host, string because = "", params object[] becauseArgs) =>
        Check(trace => trace.WayThere.Any(hop => hop.Host == host), $"pass {host}", because, becauseArgs);

    /// <summary>Asserts that the packet met no such host on its way there.</summary>
    /// <param name="host">The host's name; a pod's is <c>namespace/name</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<TraceAssertions> NotPassHost(string host, string because = "", params object[] becauseArgs) =>
        Check(trace => !trace.WayThere.Any(hop => hop.Host == host), $"not pass {host}", because, becauseArgs);

    /// <summary>Asserts that a rule of a chain matched the packet on its way there.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<TraceAssertions> MatchInChain(string chain, string because = "", params object[] becauseArgs) =>
        Check(trace => Matched(trace).Any(step => step.Chain == chain), $"match a rule of chain {chain}", because, becauseArgs);

    /// <summary>Asserts that no rule of a chain matched the packet on its way there.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<TraceAssertions> NotMatchInChain(string chain, string because = "", params object[] becauseArgs) =>
        Check(trace => !Matched(trace).Any(step => step.Chain == chain), $"match no rule of chain {chain}", because, becauseArgs);

    private static IEnumerable<RuleStep> Matched(Trace trace) =>
        trace.WayThere.SelectMany(static hop => hop.Steps).OfType<RuleStep>().Where(static step => step.FailedMatch is null);

    private AndConstraint<TraceAssertions> Check(Func<Trace, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && holds(Subject), Identifier, expectation, Found, because, becauseArgs);
        return new AndConstraint<TraceAssertions>(this);
    }

    private string Found() => Subject is null ? "found <null>." : $"it did not:\n{TraceText.Write(Subject, TraceDetail.Minimal).TrimEnd('\n')}";
}
