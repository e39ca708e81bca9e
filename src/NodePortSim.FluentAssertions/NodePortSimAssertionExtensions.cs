using NodePortSim.Assertions;
using NodePortSim.Iptables;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Matrices;
using NodePortSim.Simulation.Tracing;

// In FluentAssertions' own namespace, so that one using is enough and Should() is never the general one by mistake.
#pragma warning disable IDE0130
namespace FluentAssertions;
#pragma warning restore IDE0130

/// <summary>The beginnings of assertions on what a simulation gives.</summary>
public static class NodePortSimAssertionExtensions
{
    /// <summary>Begins an assertion on a connection.</summary>
    /// <param name="connection">The connection.</param>
    public static ConnectionAssertions Should(this Connection? connection) => new(connection);

    /// <summary>Begins an assertion on a trace.</summary>
    /// <param name="trace">The trace.</param>
    public static TraceAssertions Should(this Trace? trace) => new(trace);

    /// <summary>Begins an assertion on a distribution.</summary>
    /// <param name="distribution">The distribution.</param>
    public static DistributionAssertions Should(this Distribution? distribution) => new(distribution);

    /// <summary>Begins an assertion on what can come of a connection.</summary>
    /// <param name="exploration">The exploration.</param>
    public static ExplorationAssertions Should(this ExplorationResult? exploration) => new(exploration);

    /// <summary>Begins an assertion on a matrix.</summary>
    /// <param name="matrix">The matrix.</param>
    public static MatrixAssertions Should(this ReachabilityMatrix? matrix) => new(matrix);

    /// <summary>Begins an assertion on a flow of a matrix.</summary>
    /// <param name="flow">The flow.</param>
    public static MatrixFlowAssertions Should(this MatrixFlow? flow) => new(flow);

    /// <summary>Begins an assertion on a node's connection tracking table.</summary>
    /// <param name="conntrack">The table.</param>
    public static ConntrackAssertions Should(this NodeConntrack? conntrack) => new(conntrack);

    /// <summary>Begins an assertion on rules.</summary>
    /// <param name="rules">The rules.</param>
    public static RuleSetAssertions Should(this RuleSet? rules) => new(rules);
}
