using NodePortSim.Manifests;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary>The hosts of manifests: for the completion of arguments.</summary>
internal static class HostNames
{
    /// <summary>The names; none where the manifests cannot be used yet.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string> files, bool nodesOnly)
    {
        var simulator = new Simulator();
        if (files.Count == 0 || simulator.Apply(ManifestReader.Read(files)).HasErrors) return [];
        IEnumerable<string> nodes = simulator.Cluster.State.Nodes.Keys;
        return nodesOnly
            ? nodes
            : [.. simulator.Cluster.State.ExternalClients.Keys, .. nodes, .. simulator.Cluster.State.Pods.Keys.Select(static key => key.ToString())];
    }
}
