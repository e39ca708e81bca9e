using System.Globalization;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary>Writes the rules of all nodes into files of a directory, while the cluster goes from state to state.</summary>
internal sealed class RuleFiles
{
    private static readonly (IpFamily Family, string Name)[] Families = [(IpFamily.IPv4, "v4"), (IpFamily.IPv6, "v6")];

    private readonly string _directory;
    private readonly Simulator _simulator;
    private readonly Dictionary<string, int> _syncs = new(StringComparer.Ordinal);

    public RuleFiles(string directory, Simulator simulator)
    {
        _directory = directory;
        _simulator = simulator;
        Directory.CreateDirectory(directory);
    }

    /// <summary>Brings the cluster to its next state, and writes what each node's kube-proxy hands over for it.</summary>
    public void Follow(string path, CommandStreams streams)
    {
        ClusterState before = _simulator.Cluster.State;
        Inputs.Replace(_simulator, path, streams);

        // Without a change kube-proxy has no reason to sync.
        if (!before.Equals(_simulator.Cluster.State)) WriteRestores();
    }

    /// <summary>Writes what each node's kube-proxy handed to iptables-restore at its last sync.</summary>
    public void WriteRestores()
    {
        foreach (SimulatedNode node in _simulator.Nodes)
        {
            int sync = _syncs[node.Name] = _syncs.GetValueOrDefault(node.Name) + 1;
            string suffix = sync == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $".{sync}");
            foreach ((IpFamily family, string name) in Families) Write($"{node.Name}.{name}.restore{suffix}", node.Iptables.LastRestoreInput(family));
        }
    }

    /// <summary>Writes the rules that are in force.</summary>
    public void WriteSaves()
    {
        foreach (SimulatedNode node in _simulator.Nodes)
            foreach ((IpFamily family, string name) in Families) Write($"{node.Name}.{name}.save", new RuleTexts(node.Iptables, family, "all").Write("save", null));
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);
}
