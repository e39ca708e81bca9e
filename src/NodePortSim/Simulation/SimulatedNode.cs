using NodePortSim.Clusters;
using NodePortSim.Network;

namespace NodePortSim.Simulation;

/// <summary>A node: connects like any host, and shows its rules, connections and counters. A handle by name. Not thread-safe.</summary>
public sealed class SimulatedNode : SimulatedHost
{
    internal SimulatedNode(string name, ConnectionRunner runner, Cluster cluster)
        : base(name, runner, cluster)
    {
    }

    /// <summary>The node's rules and their counters.</summary>
    public NodeIptables Iptables => new(ClusterNode);

    /// <summary>The node's connection tracking table.</summary>
    public NodeConntrack Conntrack => new(Host.Netfilter.Conntrack);

    /// <summary>The node's accounting objects, as <c>nfacct list</c> prints them.</summary>
    public string NfacctList() => Host.Netfilter.AccountingObjects.List();

    private ClusterNode ClusterNode => Cluster.Network.FindNode(Name) ?? throw new InvalidOperationException($"nodes \"{Name}\" not found");

    private Host Host => ClusterNode.Host;
}
