using NodePortSim.Clusters;
using NodePortSim.Network;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Tries a fix on a copy of the cluster whose hosts remember the same connections.</summary>
/// <param name="cluster">The cluster; only read.</param>
internal sealed class StateTrial(Cluster cluster)
{
    /// <summary>Whether the connection succeeds once the fix is applied.</summary>
    public bool Succeeds(Fix fix)
    {
        Cluster copy = cluster.Copy();
        foreach (Host host in copy.Network.Topology.Hosts)
            if (cluster.Network.Topology.Find(host.Name) is { } remembering) host.Netfilter.Conntrack.CopyFrom(remembering.Netfilter.Conntrack);
        try
        {
            var simulator = new Simulator(copy);
            fix.ApplyTo(simulator);
            return fix.Connect(simulator).Outcome == Outcome.Connected;
        }
        catch (ClusterException)
        {
            return false;
        }
    }
}
