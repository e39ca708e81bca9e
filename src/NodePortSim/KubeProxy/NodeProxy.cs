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
    private readonly Dictionary<string, ServicePortRules> _stale = new(StringComparer.Ordinal);
    private Dictionary<string, ServicePortRules> _deleted = [];
    private FamilyState? _state;
    private ProxyState? _sharedState;
    private NodeRules? _rules;
    private FixedChains? _fixed;
    private RuleOrigins? _origins;
    private EquatableArray<ServiceHealthCheck>? _healthChecks;
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
    }

    /// <summary>The family that it serves.</summary>
    public IpFamily Family { get; }

    /// <summary>Its configuration.</summary>
    public KubeProxyOptions Options { get; }

    /// <summary>Its node, as of the last sync.</summary>
    public NodeInfo Node { get; private set; }

    /// <summary>The rules after the last sync; without any table before the first.</summary>
    public RuleSet Rules => _rules?.RuleSet ?? RuleSet.Empty(Family);

    /// <summary>The health checks that the node answers, as of the last sync, by Service.</summary>
    public EquatableArray<ServiceHealthCheck> HealthChecks => _healthChecks ??= _state is null ? [] : ServiceHealthCheck.Of(_state, Node.Name);

    /// <summary>Makes the next sync a full one, as after a failed restore or the loss of a canary chain.</summary>
    public void RequireFullSync() => _needsFullSync = true;

    /// <summary>The text of the last sync was refused: the next one is full, and deletes again what that one was to delete.</summary>
    internal void RestoreFailed()
    {
        RequireFullSync();
        foreach ((string chain, ServicePortRules rules) in _deleted) _stale.TryAdd(chain, rules);
    }

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
        if (_fixed is null || node != Node) _fixed = new FixedChains(Options, Family, node);
        Node = node;
        bool isLarge = now.EndpointCount > LargeClusterEndpoints;
        RuleContext context = RuleContext.For(Options, Family, node, isLarge);
        List<MapChange<ObjectKey, ServiceState>> changes = _state is null ? [] : PersistentMap<ObjectKey, ServiceState>.Changes(_state.ByService, now.ByService);
        ServiceRules services = Compile(now, context, isFull, changes, out CommonRules common);
        HashSet<ServicePortName>? written = isFull ? null : [.. changes.SelectMany(static change => change.Now?.Ports ?? []).Select(static port => port.Port.Name)];
        bool cleansUp = !isLarge || _time is null || time - _lastCleanUp > Options.SyncPeriod;
        FindStale(services);
        string[] deleted = [];
        _deleted = [];
        if (cleansUp)
        {
            deleted = [.. _stale.Keys.Order(StringComparer.Ordinal)];
            _deleted = new Dictionary<string, ServicePortRules>(_stale, StringComparer.Ordinal);
            _stale.Clear();
            _lastCleanUp = time;
        }

        _rules = NodeRules.Of(common, _fixed, services.Own, LeftoverChains(), _rules);
        _fixed = _rules.Around;
        EquatableArray<StaleFlowFilter> staleFlows = StaleFlows.Find(_state, now, Options.Level);
        _state = now;
        _sharedState = state;
        _origins = null;
        _healthChecks = null;
        _needsFullSync = false;
        if (isFull) _lastFullSync = time;
        return new SyncResult(isFull, new RuleAssembly(Family, _rules, written, deleted), staleFlows);
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

    /// <summary>What is in place after the last sync.</summary>
    internal NodeRules? InPlace => _rules;

    private RuleOrigins? Origins => _rules is null ? null : _origins ??= new RuleOrigins(_rules);

    private bool IsFullSync(NodeInfo node, DateTimeOffset time)
    {
        if (_needsFullSync || !Options.Level.SyncsPartially) return true;
        if (Options.Level.SyncsFullyEveryHour && _time is not null && time - _lastFullSync > FullSyncPeriod) return true;
        return Options.Level.WatchesTopologyLabelsOnly ? TopologyLabels(node) != TopologyLabels(Node) : node.Labels != Node.Labels;
    }

    private static StringMap TopologyLabels(NodeInfo node) =>
        StringMap.Create(node.Labels.Where(static label => label.Key.StartsWith("topology.kubernetes.io/", StringComparison.Ordinal)));

    /// <summary>The rules of all service ports: new ones for Services that changed, and at a full sync for all.</summary>
    private ServiceRules Compile(
        FamilyState now, RuleContext context, bool isFull, List<MapChange<ObjectKey, ServiceState>> changes, out CommonRules common)
    {
        string zone = now.HintedPorts > 0 ? Node.Zone : "";
        common = isFull || _rules is null
            ? now.Rules.Full(now, context, zone, _rules?.Common, changes)
            : now.Rules.Partial(now, context, zone, _rules.Common, changes);
        PersistentMap<ServicePortName, ServicePortRules> own = PersistentMap<ServicePortName, ServicePortRules>.Empty;
        if (isFull || _rules is null)
        {
            foreach ((NodeMention mention, ServicePortState port) in now.Mentions.From(new NodeMention(Node.Name, null)))
            {
                if (mention.Node != Node.Name) break;
                own = WithOwn(own, common, port, context);
            }

            foreach (ServicePortState port in now.RangedPorts.Values)
                if (IsInSourceRanges(port)) own = WithOwn(own, common, port, context);
            return new ServiceRules(common.Services, own);
        }

        own = _rules.Services.Own;
        foreach ((_, ServiceState? before, _) in changes)
            foreach (ServicePortState port in before?.Ports ?? []) own = own.Without(port.Port.Name);
        foreach ((_, _, ServiceState? service) in changes)
        {
            foreach (ServicePortState port in service?.Ports ?? [])
            {
                bool isMentioned = port.DependsOnNode && now.Mentions[new NodeMention(Node.Name, port.Port.Name)] is not null;
                if (isMentioned || IsInSourceRanges(port)) own = WithOwn(own, common, port, context);
            }
        }

        return new ServiceRules(common.Services, own);
    }

    private PersistentMap<ServicePortName, ServicePortRules> WithOwn(
        PersistentMap<ServicePortName, ServicePortRules> own, CommonRules common, ServicePortState port, RuleContext context)
    {
        ServicePortRules rules = port.RulesFor(context, EndpointSelection.Select(port, Node, Options.Level), IsInSourceRanges(port));
        return ReferenceEquals(rules, common.Services[port.Port.Name]) ? own : own.With(port.Port.Name, rules);
    }

    private bool IsInSourceRanges(ServicePortState port) =>
        port.DependsOnNodeAddress && RuleCompiler.IsInSourceRanges(port.Port, Node.PrimaryAddress(Family));

    /// <summary>Remembers the chains that are no longer used, and forgets those that are used again.</summary>
    private void FindStale(ServiceRules now)
    {
        if (_rules is null) return;
        List<MapChange<ServicePortName, ServicePortRules>> changes = ServiceRules.Changes(_rules.Services, now);
        foreach ((_, ServicePortRules? before, _) in changes)
            foreach (string chain in before?.ChainNames ?? []) _stale[chain] = before!;
        foreach ((_, _, ServicePortRules? service) in changes)
            foreach (string chain in service?.ChainNames ?? []) _stale.Remove(chain);
    }

    private Dictionary<string, Chain> LeftoverChains()
    {
        var chains = new Dictionary<string, Chain>(_stale.Count, StringComparer.Ordinal);
        foreach ((string name, ServicePortRules rules) in _stale) chains.Add(name, rules.Find(name)!);
        return chains;
    }
}
