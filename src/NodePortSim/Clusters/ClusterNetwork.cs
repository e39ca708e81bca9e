using NodePortSim.Clusters.ControlPlane;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Network;
using NodePortSim.Network.Sockets;

namespace NodePortSim.Clusters;

/// <summary>A cluster's hosts and kube-proxies, which follow its objects.</summary>
/// <remarks>
/// A host whose plan did not change is kept, with its connections and counters. Another CNI shape or other kernel parameters are another
/// network: all hosts are made anew then. A node that is made anew keeps the rules that an administrator gave it.
/// </remarks>
internal sealed class ClusterNetwork
{
    private readonly ulong _seed;
    private readonly KubeProxyLevel _level;
    private readonly VirtualTimeProvider _time;
    private readonly Dictionary<string, ClusterNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClusterNode> _former = new(StringComparer.Ordinal);
    private HostPlan? _plan;
    private KubeProxyOptions? _options;
    private ProxyState? _proxyState;

    public ClusterNetwork(ulong seed, KubeProxyLevel level, VirtualTimeProvider time)
    {
        _seed = seed;
        _level = level;
        _time = time;
        Topology = new Topology(new TopologyOptions { Seed = seed }, time);
    }

    public VirtualTimeProvider Time => _time;

    /// <summary>How often administrators changed rules: two equal numbers of one state mean equal rules.</summary>
    public int ForeignChanges => _nodes.Values.Sum(static node => node.ForeignChanges);

    public Topology Topology { get; private set; }

    public IEnumerable<ClusterNode> Nodes => _nodes.Values;

    public ClusterNode? FindNode(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The node that a pod's host stands behind.</summary>
    public string? NodeOfPod(string host) => _plan is not null && _plan.Pods.TryGetValue(host, out PodHostOptions? pod) ? pod.Node : null;

    /// <summary>Brings hosts, kube-proxies and rules to a state of the cluster.</summary>
    /// <param name="state">The state.</param>
    /// <param name="change">How it differs from the one that was followed last; null means that nobody knows.</param>
    public void Follow(ClusterState state, ClusterChange? change = null)
    {
        // Where this fails halfway, the next change is not one of the state that is known here.
        ProxyState? known = _proxyState;
        _proxyState = null;
        KubeProxyOptions options = KubeProxyOptions.From(NetworkPlan.KubeProxyConfigurationOf(state), _level);
        HostPlan plan = HostPlan.Of(state, options, _seed);
        if (_plan is null || _plan.Topology != plan.Topology || _options != options) StartOver(plan.Topology);
        _options = options;
        FollowNodes(plan, options);
        FollowPods(plan);
        FollowClients(plan);
        FollowServers(plan);
        _plan = plan;
        _proxyState = known is null || change is null ? ProxyState.Create(state.Services.Values, state.EndpointSlices.Values, _level) : After(known, state, change);
        foreach (ClusterNode node in _nodes.Values) node.Sync(_proxyState, plan.NodeInfos[node.Host.Name]);
        _former.Clear();
    }

    /// <summary>Gives each node the rules, administrators' ones included, that the node of its name has in another network of the same state.</summary>
    public void TakeOverRules(ClusterNetwork other)
    {
        foreach ((string name, ClusterNode node) in _nodes)
            if (other.FindNode(name) is { } same) node.TakeOverRules(same);
    }

    private static ProxyState After(ProxyState known, ClusterState state, ClusterChange change) => known.With(
        change.Services.Where(state.Services.ContainsKey).Select(key => state.Services[key]),
        change.EndpointSlices.Where(state.EndpointSlices.ContainsKey).Select(key => state.EndpointSlices[key]),
        change.Services.Where(key => !state.Services.ContainsKey(key)),
        change.EndpointSlices.Where(key => !state.EndpointSlices.ContainsKey(key)));

    private void StartOver(TopologyOptions options)
    {
        Topology = new Topology(options, _time);
        foreach ((string name, ClusterNode node) in _nodes) _former[name] = node;
        _nodes.Clear();
        _plan = null;
    }

    private void FollowNodes(HostPlan plan, KubeProxyOptions options)
    {
        foreach ((string name, NodeHostOptions old) in _plan?.Nodes ?? [])
        {
            if (plan.Nodes.TryGetValue(name, out NodeHostOptions? node) && node == old) continue;
            foreach (PodHostOptions pod in _plan!.Pods.Values.Where(pod => pod.Node == name).ToArray())
            {
                Topology.RemovePod(pod);
                _plan.Pods.Remove(pod.Name);
            }

            Topology.RemoveNode(name);
            if (_nodes.Remove(name, out ClusterNode? removed)) _former[name] = removed;
        }

        foreach ((string name, NodeHostOptions node) in plan.Nodes)
        {
            if (_nodes.ContainsKey(name)) continue;
            var added = new ClusterNode(Topology.AddNode(node), plan.NodeInfos[name], options);
            if (_former.TryGetValue(name, out ClusterNode? former)) added.TakeOverRules(former);
            _nodes.Add(name, added);
        }
    }

    private void FollowPods(HostPlan plan)
    {
        foreach ((string name, PodHostOptions old) in _plan?.Pods ?? [])
            if (!plan.Pods.TryGetValue(name, out PodHostOptions? pod) || pod != old) Topology.RemovePod(old);
        foreach ((string name, PodHostOptions pod) in plan.Pods)
            if (Topology.Find(name) is null) Topology.AddPod(pod);
    }

    private void FollowClients(HostPlan plan)
    {
        foreach ((string name, ClientHostOptions old) in _plan?.Clients ?? [])
            if (!plan.Clients.TryGetValue(name, out ClientHostOptions? client) || client != old) Topology.RemoveClient(name);
        foreach ((string name, ClientHostOptions client) in plan.Clients)
            if (Topology.Find(name) is null) Topology.AddClient(client);
    }

    private void FollowServers(HostPlan plan)
    {
        foreach (Host host in Topology.Hosts) host.Sockets.StopListening();
        foreach (ServerPlan server in plan.Servers) Topology.Find(server.Host)?.Sockets.Listen(server.Protocol, server.Port, new Listener(server.Name));
    }
}
