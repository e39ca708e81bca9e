using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Collections;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Matrices;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a <see cref="ReachabilityMatrix"/>. A failure lists the flows that are otherwise, as the command <c>matrix</c> does.</summary>
/// <param name="subject">The matrix.</param>
public sealed class MatrixAssertions(ReachabilityMatrix? subject) : ObjectAssertions<ReachabilityMatrix?, MatrixAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "matrix";

    /// <summary>Asserts that every client reaches every address of a service port, whatever chance decides.</summary>
    /// <param name="servicePort">The service port, <c>namespace/name:port</c>, or a Service, <c>namespace/name</c>, for all of its ports.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixAssertions> AllReach(string servicePort, string because = "", params object[] becauseArgs) =>
        AllReach(key => IsOf(key, servicePort), servicePort, because, becauseArgs);

    /// <summary>Asserts that clients of one kind reach every address of a service port, whatever chance decides.</summary>
    /// <param name="client">The kind.</param>
    /// <param name="servicePort">As in <see cref="AllReach(string, string, object[])"/>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixAssertions> AllReach(ClientClass client, string servicePort, string because = "", params object[] becauseArgs) =>
        AllReach(key => key.Client == client && IsOf(key, servicePort), $"{servicePort} from clients of kind {client}", because, becauseArgs);

    /// <summary>Asserts that no client of one kind can reach any address of a service port.</summary>
    /// <param name="client">The kind.</param>
    /// <param name="servicePort">As in <see cref="AllReach(string, string, object[])"/>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixAssertions> NoneReach(ClientClass client, string servicePort, string because = "", params object[] becauseArgs) =>
        Check(
            key => key.Client == client && IsOf(key, servicePort), static outcome => outcome.Outcome != Outcome.Connected,
            $"have no client of kind {client} reach {servicePort}", because, becauseArgs);

    /// <summary>Asserts that every backend that serves clients from outside sees their own address.</summary>
    /// <param name="servicePort">As in <see cref="AllReach(string, string, object[])"/>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<MatrixAssertions> ShowExternalClientsTo(string servicePort, string because = "", params object[] becauseArgs) =>
        Check(
            key => key.Client == ClientClass.External && IsOf(key, servicePort), static outcome => outcome.Outcome != Outcome.Connected || outcome.SeesClient,
            $"show external clients' own addresses to the backends of {servicePort}", because, becauseArgs);

    /// <summary>Asserts that there is a flow; <see cref="AndWhichConstraint{TParentConstraint, TMatchedElement}.Which"/> goes on with it.</summary>
    /// <param name="from">The client as the matrix names it: a host's name, or <c>a pod on NODE</c>.</param>
    /// <param name="to">The address and port.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndWhichConstraint<MatrixAssertions, MatrixFlow> HaveFlow(string from, string to, string because = "", params object[] becauseArgs)
    {
        MatrixFlow[] found = [.. Subject?.Flows.Where(flow => flow.From == from && flow.Key.To.ToString() == to) ?? []];
        Failing.Unless(found.Length > 0, Identifier, $"have a flow from {from} to {to}", Flows, because, becauseArgs);
        return new AndWhichConstraint<MatrixAssertions, MatrixFlow>(this, found[0]);
    }

    private AndConstraint<MatrixAssertions> AllReach(Func<FlowKey, bool> isMeant, string what, string because, object[] becauseArgs) =>
        Check(isMeant, static outcome => outcome.Outcome == Outcome.Connected, $"have every client reach {what}", because, becauseArgs);

    private AndConstraint<MatrixAssertions> Check(
        Func<FlowKey, bool> isMeant, Func<ExploredOutcome, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        MatrixFlow[] meant = [.. Subject?.Flows.Where(flow => isMeant(flow.Key)) ?? []];
        MatrixFlow[] others = [.. meant.Where(flow => !flow.Outcomes.All(holds))];

        // An assertion about no flow at all is a slip of a name.
        string Found() => meant.Length == 0 ? $"there is no such flow; {Flows()}" : $"these are otherwise:\n{MatrixText.Write(new ReachabilityMatrix { Flows = others.ToEquatableArray() }).TrimEnd('\n')}";
        Failing.Unless(meant.Length > 0 && others.Length == 0, Identifier, expectation, Found, because, becauseArgs);
        return new AndConstraint<MatrixAssertions>(this);
    }

    private string Flows() => Subject is null
        ? "found <null>."
        : $"the flows are:{string.Concat(Subject.Flows.Select(static flow => $"\n{flow.From} > {flow.Key.To} ({flow.Key.ServicePort})"))}";

    private static bool IsOf(FlowKey key, string servicePort) =>
        key.ServicePort == servicePort || key.ServicePort.StartsWith(servicePort + ":", StringComparison.Ordinal);
}
