using NodePortSim.Clusters;
using NodePortSim.Network;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Tries a fix on a copy of the cluster whose hosts remember the same connections.</summary>
/// <param name="cluster">The cluster; only read.</param>
internal sealed class StateTrial(Cluster cluster)
{
    /// <summary>Of net.ipv4.ip_local_port_range.</summary>
    private const ushort LastEphemeralPort = 60999;

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
            ConnectOptions options = fix.Options.SourcePort == 0 ? fix.Options with { SourcePort = FreePort(copy, fix.Options) } : fix.Options;
            return (fix with { Options = options }).Connect(simulator).Outcome == Outcome.Connected;
        }
        catch (ClusterException)
        {
            return false;
        }
    }

    /// <summary>A source port that no remembered flow has: the copy's client does not remember which ones it holds.</summary>
    private static ushort FreePort(Cluster copy, ConnectOptions options)
    {
        HashSet<ushort> taken = [.. copy.Network.Nodes.SelectMany(static node => node.Host.Netfilter.Conntrack.List())
            .Where(entry => entry.Protocol == options.Protocol).SelectMany(static entry => new[] { entry.Original.SourcePort, entry.Reply.DestinationPort })];
        ushort port = LastEphemeralPort;
        while (port > 1024 && taken.Contains(port)) port--;
        return port;
    }
}
