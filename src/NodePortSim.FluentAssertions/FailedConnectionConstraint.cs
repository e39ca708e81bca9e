using FluentAssertions;
using NodePortSim.Simulation;

namespace NodePortSim.Assertions;

/// <summary>Goes on after an assertion that a connection failed: where, and why.</summary>
/// <param name="parent">The assertions on the connection.</param>
public sealed class FailedConnectionConstraint(ConnectionAssertions parent) : AndConstraint<ConnectionAssertions>(parent)
{
    /// <summary>Asserts in which chain it ended.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint AtChain(string chain, string because = "", params object[] becauseArgs) => And.EndAtChain(chain, because, becauseArgs);

    /// <summary>Asserts on which host it ended.</summary>
    /// <param name="host">The host's name; a pod's is <c>namespace/name</c>.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint AtHost(string host, string because = "", params object[] becauseArgs) => And.EndAtHost(host, because, becauseArgs);

    /// <summary>Asserts why it failed.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="because">Why it is expected.</param>
    /// <param name="becauseArgs">The arguments of <paramref name="because"/>.</param>
    public FailedConnectionConstraint Because(OutcomeReason reason, string because = "", params object[] becauseArgs) => And.FailBecause(reason, because, becauseArgs);
}
