using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy.Rules;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One node's kube-proxy of one family: turns what the cluster has into the node's rules, sync by sync (spec kube-proxy-iptables 6).</summary>
/// <remarks>
/// Service ports are written by the text <c>namespace/name:port</c> and then by protocol, deleted chains by name: orders that the real one leaves to
/// chance. Not thread-safe; nodes that share a <see cref="ProxyState"/> may sync at the same time.
/// </remarks>
public sealed class NodeProxy
{
    /// <summary>More endpoints than this make a cluster large: comments are dropped, and stale chains removed once in a sync period.</summary>
    internal const int LargeClusterEndpoints = 1000;

    private static readonly TimeSpan FullSyncPeriod = TimeSpan.FromHours(1);

    private readonly TimeProvider? _time;
    private Dictionary<ServicePortState, ServicePortRules> _written = [];
    private readonly Dictionary<string, Chain> _stale = new(StringComparer.Ordinal);
    private FamilyState? _state;
    private ProxyState? _sharedState;
    private RuleAssembly? _assembly;
    private RuleOrigins? _origins;
    private bool _needsFullSync = true;
    private DateTimeOffset _lastCleanUp = DateTimeOffset.MinValue;
    private DateTimeOffset _lastFullSync = DateTimeOffset.MinValue;

    /// <summary>Makes the kube-proxy of a node; it writes nothing until its first sync.</summary>
    /// <param name="family">The family that it serves.</param>
    /// <param name="options">Its configuration.</param>
    /// <param name="node">Its node.</param>
    /// <param name="time">The clock; null means that every sync comes long after the one before, but within the hour that makes newer levels sync fully.</param>
    public NodeProxy(IpFamily family, KubeProxyOptions options, NodeInfo node, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(node);
        Family = family;
        Options = options;
        Node = node;
        _time = time;
        Rules = RuleSet.Empty(family);
    }

    /// <summary>The family that it serves.</summary>
    public IpFamily Family { get; }

    /// <summary>Its configuration.</summary>
    public KubeProxyOptions Options { get; }

    /// <summary>Its node, as of the last sync.</summary>
    public NodeInfo Node { get; private set; }

    /// <summary>The rules after the last sync; without any table before the first.</summary>
    public RuleSet Rules { get; private set; }

    /// <summary>The health checks that the node answers, as of the last sync, by Service.</summary>
    public EquatableArray<ServiceHealthCheck> HealthChecks { get; private set; }

    /// <summary>Whether kube-proxy sets <c>net.ipv4.conf.all.route_localnet</c> to 1.</summary>
    public bool SetsRouteLocalnet => Options.UsesLocalhostNodePorts(Family);

    /// <summary>Makes the next sync a full one, as after a failed restore or the loss of a canary chain.</summary>
    public void RequireFullSync() => _needsFullSync = true;

    /// <summary>Brings the rules to a state of the cluster.</summary>
    /// <param name="services">All Services.</param>
    /// <param name="slices">All EndpointSlices.</param>
    /// <param name="node">The node, where it changed; null means as before.</param>
    public SyncResult Sync(IReadOnlyCollection<Service> services, IReadOnlyCollection<EndpointSlice> slices, NodeInfo? node = null) =>
        Sync(ProxyState.Create(services, slices, Options.Level, _sharedState), node);

    /// <summary>Brings the rules to a state of the cluster that other nodes share.</summary>
    /// <param name="state">The state, made of the one of the last sync where there was one.</param>
    /// <param name="node">The node, where it changed; null means as before.</param>
    /// <exception cref="ArgumentException">The state was read for another level.</exception>
    public SyncResult Sync(ProxyState state, NodeInfo? node = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Level != Options.Level) throw new ArgumentException($"the state is of level {state.Level}, not {Options.Level}", nameof(state));
        node ??= Node;
        FamilyState now = state.Of(Family);
        DateTimeOffset time = _time?.GetUtcNow() ?? DateTimeOffset.MaxValue;
        bool isFull = IsFullSync(node, time);
        Node = node;
        bool isLarge = now.EndpointCount > LargeClusterEndpoints;
        RuleContext context = RuleContext.For(Options, Family, node, isLarge);
        (ServicePortRules[] services, bool[] isWritten) = Compile(now, context, isFull);

        string[] deleted = [];
        if (!isLarge || _time is null || time - _lastCleanUp > Options.SyncPeriod)
        {
            deleted = [.. _stale.Keys.Order(StringComparer.Ordinal)];
            _stale.Clear();
            _lastCleanUp = time;
        }

        _assembly = new RuleAssembly(Options, Family, new FixedRules(Options, Family, node), services, isWritten, [.. _stale.Values], deleted);
        Rules = now.RuleSets.Of(_assembly);
        EquatableArray<StaleFlowFilter> staleFlows = StaleFlows.Find(_state, now, Options.Level);
        HealthChecks = ServiceHealthCheck.Of(now, node.Name);
        _state = now;
        _sharedState = state;
        _origins = null;
        _needsFullSync = false;
        if (isFull) _lastFullSync = time;
        return new SyncResult(isFull, _assembly, Rules, staleFlows);
    }

    /// <summary>Where a chain comes from, or null where kube-proxy did not write it.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="chain">Its name.</param>
    public ChainOrigin? OriginOf(IptablesTable table, string chain) => Origins?.Of(table, chain);

    /// <summary>Where a rule comes from, or null where kube-proxy did not write it.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="chain">Its chain.</param>
    /// <param name="rule">The rule.</param>
    public RuleOrigin? OriginOf(IptablesTable table, string chain, Rule rule) => Origins?.Of(table, chain, rule);

    /// <summary>Which endpoints of a service port the node uses, as of the last sync; null where there is no such port.</summary>
    /// <param name="name">The service port.</param>
    public EndpointSelection? SelectionOf(ServicePortName name)
    {
        foreach (ServicePortRules service in _assembly?.Services ?? [])
            if (service.Port.Name == name) return service.Selection;
        return null;
    }

    private RuleOrigins? Origins => _assembly is null ? null : _origins ??= new RuleOrigins(_assembly);

    private bool IsFullSync(NodeInfo node, DateTimeOffset time)
    {
        if (_needsFullSync || !Options.Level.SyncsPartially) return true;
        if (Options.Level.SyncsFullyEveryHour && _time is not null && time - _lastFullSync > FullSyncPeriod) return true;
        return Options.Level.WatchesTopologyLabelsOnly ? TopologyLabels(node) != TopologyLabels(Node) : node.Labels != Node.Labels;
    }

    private static StringMap TopologyLabels(NodeInfo node) =>
        StringMap.Create(node.Labels.Where(static label => label.Key.StartsWith("topology.kubernetes.io/", StringComparison.Ordinal)));

    /// <summary>The rules of all service ports: new ones for Services that changed, and at a full sync for all.</summary>
    private (ServicePortRules[] Services, bool[] IsWritten) Compile(FamilyState now, RuleContext context, bool isFull)
    {
        var services = new ServicePortRules[now.Ports.Length];
        bool[] isWritten = new bool[services.Length];
        var written = new Dictionary<ServicePortState, ServicePortRules>(services.Length);
        for (int i = 0; i < services.Length; i++)
        {
            ServicePortState port = now.Ports[i];
            isWritten[i] = isFull || HasChanged(now, port.Port.Name.Service) || !_written.ContainsKey(port);
            services[i] = isWritten[i] ? CompilePort(port, context) : _written[port];
            written[port] = services[i];
        }

        foreach (ServicePortRules before in _written.Values)
            if (isFull || HasChanged(now, before.Port.Name.Service)) foreach (Chain chain in before.Chains) _stale[chain.Name] = chain;
        for (int i = 0; i < services.Length; i++)
            if (isWritten[i]) foreach (Chain chain in services[i].Chains) _stale.Remove(chain.Name);
        _written = written;
        return (services, isWritten);
    }

    private ServicePortRules CompilePort(ServicePortState port, RuleContext context)
    {
        EndpointSelection selection = EndpointSelection.Select(port, Node, Options.Level);
        return port.RulesFor(context, selection, RuleCompiler.IsInSourceRanges(port.Port, Node.PrimaryAddress(Family)));
    }

    private bool HasChanged(FamilyState now, ObjectKey service) =>
        !ReferenceEquals(now.ByService.GetValueOrDefault(service), _state?.ByService.GetValueOrDefault(service));
}
