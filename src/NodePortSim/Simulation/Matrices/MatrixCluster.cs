using NodePortSim.Clusters;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Network;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Matrices;

/// <summary>A copy of a cluster with a pod more on every node, so that there is a client of every kind; finds the flow's host, and explores.</summary>
internal sealed class MatrixCluster
{
    /// <summary>A namespace of their own, so that no selector takes the additional pods.</summary>
    private const string ProbeNamespace = "nodeportsim-matrix";

    private readonly Explorer _explorer;
    private readonly ProxyState _services;
    private readonly string[] _nodes;

    /// <exception cref="ClusterException">The cluster refuses the additional pods.</exception>
    public MatrixCluster(Simulator simulator)
    {
        ClusterState state = simulator.Cluster.State;
        Cluster copy = simulator.Cluster.Copy();
        _nodes = [.. state.Nodes.Keys];
        if (_nodes.Length > 0)
        {
            ApplyResult result = copy.Apply([.. _nodes.Select(Probe)]);
            if (!result.Succeeded) throw new ClusterException(result.Errors);
        }

        _explorer = new Explorer(copy, state);
        _services = ProxyState.Create(state.Services.Values, state.EndpointSlices.Values, simulator.Options.KubeProxyLevel);
    }

    private Topology Topology => _explorer.Cluster.Network.Topology;

    /// <summary>All flows of the cluster for which there is a client.</summary>
    public IEnumerable<FlowKey> Flows() => FlowPlan.Of(_explorer.State, _services, _nodes).Where(key => HostOf(key) is not null);

    /// <summary>What comes of a flow; null where there is no such client.</summary>
    public MatrixFlow? Explore(FlowKey key)
    {
        if (HostOf(key) is not { } host) return null;
        ExplorationResult result = _explorer.Explore(host, key.To, OptionsOf(key));
        string from = key.Client is ClientClass.PodOnNode or ClientClass.PodElsewhere ? $"a pod on {_explorer.Cluster.Network.NodeOfPod(host)}" : host;
        return new MatrixFlow { Key = key, From = from, Outcomes = result.Outcomes };
    }

    /// <summary>The trace of a flow that ends in one of its outcomes.</summary>
    public Trace TraceOf(FlowKey key, ExploredOutcome outcome) => _explorer.TraceOf(HostOf(key)!, key.To, OptionsOf(key), outcome);

    private static ConnectOptions OptionsOf(FlowKey key) => new() { Protocol = key.Protocol };

    private string? HostOf(FlowKey key) => Existing(key.Client switch
    {
        ClientClass.External => key.ExternalClient,
        ClientClass.Node => key.Node,
        ClientClass.OtherNode => Others(key.Node).FirstOrDefault(),
        ClientClass.PodOnNode => ProbeOf(key.Node!),
        ClientClass.PodElsewhere => Others(key.Node).Select(ProbeOf).FirstOrDefault(name => Topology.Find(name) is not null),
        _ => BackendOn(key),
    });

    private string? Existing(string? host) => host is not null && Topology.Find(host) is not null ? host : null;

    /// <summary>The other nodes in the order of their names, from the node's own name on.</summary>
    private IEnumerable<string> Others(string? node)
    {
        int index = Array.IndexOf(_nodes, node);
        return index < 0 ? [] : _nodes[(index + 1)..].Concat(_nodes[..index]);
    }

    private string? BackendOn(FlowKey key)
    {
        ServicePortInfo? port = _services.ServicePorts(key.To.Address.Family)
            .FirstOrDefault(port => port.Protocol == key.Protocol && port.Name.ToString() == key.ServicePort);
        if (port is null) return null;
        return _services.EndpointsOf(key.To.Address.Family, port.Name)
            .Where(endpoint => endpoint.IsServing && endpoint.IsLocalTo(key.Node!))
            .Select(endpoint => Topology.Hosts.FirstOrDefault(host => host.Routing.IsLocal(endpoint.Endpoint.Address))?.Name)
            .FirstOrDefault(static name => name is not null);
    }

    private static string ProbeOf(string node) => new ObjectKey(ProbeNamespace, node).ToString();

    private static Pod Probe(string node) => new()
    {
        Metadata = new ObjectMeta { Namespace = ProbeNamespace, Name = node },
        Spec = new PodSpec { NodeName = node, Containers = [new Container { Name = "client", Image = "client" }] },
    };
}
