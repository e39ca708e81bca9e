using NodePortSim.Clusters;
using NodePortSim.Collections;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Every kind of client, every node, every service port: what comes of a connection, exactly. Immutable; thread-safe.</summary>
/// <remarks>
/// Clients are the external ones, the nodes, one more pod on every node that can give it an address, and the backends. Each flow is explored as
/// <see cref="SimulatedHost.Explore"/> does it: on nodes that were just started, without a trace in the simulation.
/// </remarks>
public sealed record ReachabilityMatrix
{
    /// <summary>The flows: by service port in the order of the rules, address, node, client.</summary>
    public required EquatableArray<MatrixFlow> Flows { get; init; }

    /// <summary>Explores all flows of a simulation's cluster.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <exception cref="ClusterException">The cluster refuses a pod more.</exception>
    /// <exception cref="InvalidOperationException">A flow has more than 100,000 random branches.</exception>
    public static ReachabilityMatrix Of(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        var cluster = new MatrixCluster(simulator);
        return new ReachabilityMatrix { Flows = cluster.Flows().Select(key => cluster.Explore(key)!).ToEquatableArray() };
    }
}
