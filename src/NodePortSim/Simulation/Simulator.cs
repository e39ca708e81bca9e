using NodePortSim.Clusters;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.Simulation;

/// <summary>A cluster with its network and clients, in one process: start here.</summary>
/// <remarks>Deterministic: the same objects, calls and seed give the same results. Time is virtual. Not thread-safe.</remarks>
public sealed class Simulator
{
    private readonly ConnectionRunner _runner;

    /// <summary>Makes a simulation of an empty cluster.</summary>
    /// <param name="options">The seed and kube-proxy's version; null means the defaults.</param>
    public Simulator(SimulatorOptions? options = null)
    {
        Options = options ?? new SimulatorOptions();
        Time = new VirtualTimeProvider();
        Cluster = new Cluster(Options.Seed, Options.KubeProxyLevel, Time);
        _runner = new ConnectionRunner(Cluster);
    }

    /// <summary>Makes a simulation of a cluster that nobody else uses.</summary>
    internal Simulator(Cluster cluster)
    {
        Options = new SimulatorOptions { Seed = cluster.Seed, KubeProxyLevel = cluster.Level };
        Time = cluster.Network.Time;
        Cluster = cluster;
        _runner = new ConnectionRunner(cluster);
    }

    /// <summary>How the simulation was made.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>The cluster: apply, patch, scale, delete.</summary>
    public Cluster Cluster { get; }

    /// <summary>The simulation's clock. <see cref="Advance"/> moves it, with whatever happens meanwhile.</summary>
    public VirtualTimeProvider Time { get; }

    /// <summary>The nodes, by name.</summary>
    public IEnumerable<SimulatedNode> Nodes => Cluster.State.Nodes.Keys.Select(Node);

    /// <summary>Makes a simulation of manifests.</summary>
    /// <param name="paths">Files, or directories whose files are read in name order.</param>
    /// <exception cref="ManifestException">A file has errors; the message lists them all.</exception>
    public static Simulator FromManifests(params string[] paths) => FromManifests(new SimulatorOptions(), paths);

    /// <inheritdoc cref="FromManifests(string[])"/>
    /// <param name="options">The seed and kube-proxy's version.</param>
    /// <param name="paths">Files, or directories whose files are read in name order.</param>
    public static Simulator FromManifests(SimulatorOptions options, params string[] paths)
    {
        var simulator = new Simulator(options);
        simulator.Apply(ManifestReader.Load(paths)).ThrowIfErrors();
        return simulator;
    }

    /// <summary>Applies what manifests hold; nothing where they or the cluster's answer have errors.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <returns>The manifests with every error and warning located, the cluster's own included.</returns>
    public ManifestResult Apply(ManifestResult manifests) => ManifestApplication.Apply(manifests, Cluster.Apply);

    /// <summary>Makes what manifests hold the whole state of the cluster: what they lack is deleted.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <returns>The manifests with every error and warning located, the cluster's own included.</returns>
    public ManifestResult Replace(ManifestResult manifests) => ManifestApplication.Apply(manifests, Cluster.Replace);

    /// <summary>A node.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such node.</exception>
    public SimulatedNode Node(string name) => Cluster.Network.FindNode(name) is not null
        ? new SimulatedNode(name, _runner, Cluster)
        : throw new ArgumentException($"nodes \"{name}\" not found", nameof(name));

    /// <summary>A client outside the cluster.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no such client.</exception>
    public SimulatedHost Client(string name) => Cluster.State.ExternalClients.ContainsKey(name)
        ? new SimulatedHost(name, _runner, Cluster)
        : throw new ArgumentException($"externalclients.nodeportsim.dev \"{name}\" not found", nameof(name));

    /// <summary>A pod; one with hostNetwork is its node.</summary>
    /// <param name="name">Its name, or <c>namespace/name</c>.</param>
    /// <exception cref="ArgumentException">There is no such pod, or it does not run.</exception>
    public SimulatedHost Pod(string name)
    {
        ObjectKey key = ObjectKey.Parse(name);
        if (Cluster.State.Pods.TryGetValue(key, out Pod? pod) && pod.Spec is { HostNetwork: true, NodeName: { } node }) return Node(node);
        return Cluster.Network.Topology.Find(key.ToString()) is { Role: HostRole.Pod }
            ? new SimulatedHost(key.ToString(), _runner, Cluster)
            : throw new ArgumentException($"pods \"{name}\" not found", nameof(name));
    }

    /// <summary>Any host: an external client, a node, or a pod, looked for in this order.</summary>
    /// <param name="name">Its name; a pod's may be <c>namespace/name</c>.</param>
    /// <exception cref="ArgumentException">There is no such host.</exception>
    public SimulatedHost Host(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Cluster.State.ExternalClients.ContainsKey(name)) return Client(name);
        if (Cluster.Network.FindNode(name) is not null) return Node(name);
        ObjectKey key = ObjectKey.Parse(name);
        return Cluster.State.Pods.ContainsKey(key) || Cluster.Network.Topology.Find(key.ToString()) is not null
            ? Pod(name)
            : throw new ArgumentException($"no external client, node or pod is named \"{name}\"", nameof(name));
    }

    /// <summary>Moves the clock forward: retransmissions, expiries and whatever else is due happen.</summary>
    /// <param name="duration">How far; zero or more.</param>
    public void Advance(TimeSpan duration) => _runner.Advance(duration);
}
