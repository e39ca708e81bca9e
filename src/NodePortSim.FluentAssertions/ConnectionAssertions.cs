using FluentAssertions;
using FluentAssertions.Primitives;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Assertions;

/// <summary>Assertions on a <see cref="Connection"/>. A failure says what came of it, why, and which rule decided.</summary>
/// <param name="subject">The connection.</param>
public sealed class ConnectionAssertions(Connection? subject) : ObjectAssertions<Connection?, ConnectionAssertions>(subject)
{
    /// <inheritdoc/>
    protected override string Identifier => "connection";

    /// <summary>Asserts that the answer came back.</summary>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConnectionAssertions> Succeed(string because = "", params object[] becauseArgs) => HaveOutcome(Outcome.Connected, "succeed", because, becauseArgs);

    /// <summary>Asserts that it was refused: a TCP RST or an ICMP port unreachable came back.</summary>
    /// <inheritdoc cref="Succeed" path="/param"/>
    public FailedConnectionConstraint BeRefused(string because = "", params object[] becauseArgs) => HaveOutcome(Outcome.Refused, "be refused", because, becauseArgs);

    /// <summary>Asserts that nothing came back.</summary>
    /// <inheritdoc cref="Succeed" path="/param"/>
    public FailedConnectionConstraint TimeOut(string because = "", params object[] becauseArgs) => HaveOutcome(Outcome.Timeout, "time out", because, becauseArgs);

    /// <summary>Asserts that there was no route, or that an ICMP error said so.</summary>
    /// <inheritdoc cref="Succeed" path="/param"/>
    public FailedConnectionConstraint BeUnreachable(string because = "", params object[] becauseArgs) => HaveOutcome(Outcome.Unreachable, "be unreachable", because, becauseArgs);

    /// <summary>Asserts that the sender's own host dropped it.</summary>
    /// <inheritdoc cref="Succeed" path="/param"/>
    public FailedConnectionConstraint BeDenied(string because = "", params object[] becauseArgs) => HaveOutcome(Outcome.Denied, "be denied", because, becauseArgs);

    /// <summary>Asserts that a pod served it.</summary>
    /// <param name="pod">The pod's name, or <c>namespace/name</c>; without a namespace it is <c>default</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConnectionAssertions> ReachPod(string pod, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.Pod == PodNames.Qualified(pod), $"reach pod {PodNames.Qualified(pod)}", because, becauseArgs);

    /// <summary>Asserts that a pod of a Deployment served it.</summary>
    /// <param name="deployment">The Deployment's name, or <c>namespace/name</c>; without a namespace it is <c>default</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    /// <remarks>Goes by the pod's name, which is the Deployment's with two parts more.</remarks>
    public AndConstraint<ConnectionAssertions> ReachPodOf(string deployment, string because = "", params object[] becauseArgs) =>
        Check(connection => PodNames.IsOf(connection.Pod, deployment), $"reach a pod of deployment {PodNames.Qualified(deployment)}", because, becauseArgs);

    /// <summary>Asserts on which node it was served.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConnectionAssertions> ReachNode(string node, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.Node == node, $"reach a backend on {node}", because, becauseArgs);

    /// <summary>Asserts whom the backend saw.</summary>
    /// <param name="address">The address.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public AndConstraint<ConnectionAssertions> BeSeenAs(string address, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.PeerSeenByBackend is { } peer && peer.Address == Net.IpAddr.Parse(address), $"be seen as {address}", because, becauseArgs);

    /// <summary>Asserts why it failed.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint FailBecause(OutcomeReason reason, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.Reason == reason, $"fail because of {reason}", because, becauseArgs);

    /// <summary>Asserts in which chain it ended.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint EndAtChain(string chain, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.At?.Chain == chain, $"end at chain {chain}", because, becauseArgs);

    /// <summary>Asserts on which host it ended.</summary>
    /// <param name="host">The host's name; a pod's is <c>namespace/name</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint EndAtHost(string host, string because = "", params object[] becauseArgs) =>
        Check(connection => connection.At?.Host == host, $"end at host {host}", because, becauseArgs);

    private FailedConnectionConstraint HaveOutcome(Outcome outcome, string expectation, string because, object[] becauseArgs) =>
        Check(connection => connection.Outcome == outcome, expectation, because, becauseArgs);

    private FailedConnectionConstraint Check(Func<Connection, bool> holds, string expectation, string because, object[] becauseArgs)
    {
        Failing.Unless(Subject is not null && holds(Subject), Identifier, expectation, Found, because, becauseArgs);
        return new FailedConnectionConstraint(this);
    }

    private string Found() => Subject is null ? "found <null>." : $"it did not:\n{ConnectionText.Write(Subject)}";
}
