using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The rules of all service ports on a node that no endpoint is on or for: what the nodes of a zone have in common. Thread-safe.</summary>
internal sealed class CommonRules
{
    private readonly Lock _lock = new();
    private NodeRules[] _nodes = [];
    private ServicePortName? _someNodePort;
    private Tuple<int, int>? _ruleCounts;

    private CommonRules(FamilyState state, RuleContext context, string zone, bool isPure, PersistentMap<ServicePortName, ServicePortRules> services)
    {
        State = state;
        Context = context;
        Zone = zone;
        IsPure = isPure;
        Services = services;
    }

    /// <summary>What these rules are known by to those that must not keep them alive.</summary>
    public object Identity { get; } = new();

    /// <summary>The state that they were made of.</summary>
    public FamilyState State { get; }

    public RuleContext Context { get; }

    /// <summary>The nodes' zone; "" where zones do not matter.</summary>
    public string Zone { get; }

    /// <summary>Whether all rules are of <see cref="Context"/>; after partial syncs those of Services that did not change may be older.</summary>
    public bool IsPure { get; }

    public PersistentMap<ServicePortName, ServicePortRules> Services { get; }

    /// <summary>Whether some service has an entry in nat's KUBE-NODEPORTS.</summary>
    public bool HasNodePorts
    {
        get
        {
            if (_someNodePort is { } known && Services[known] is { } likely && HasNodePort(likely)) return true;
            _someNodePort = Services.Values.FirstOrDefault(HasNodePort)?.Port.Name;
            return _someNodePort is not null;
        }
    }

    /// <summary>How many rules of services are in filter and in nat.</summary>
    public (int Filter, int Nat) RuleCounts
    {
        get
        {
            if (Volatile.Read(ref _ruleCounts) is { } known) return (known.Item1, known.Item2);
            int filter = 0, nat = 0;
            foreach (ServicePortRules service in Services.Values)
            {
                filter += service.FilterEntries.Length;
                nat += service.NatEntries.Length + service.OwnRuleCount;
            }

            Volatile.Write(ref _ruleCounts, Tuple.Create(filter, nat));
            return (filter, nat);
        }
    }

    /// <summary>The rules of all ports of a state.</summary>
    public static CommonRules Of(FamilyState state, RuleContext context, string zone)
    {
        ServicePortState[] ports = [.. state.Ports.Values];
        var names = new ServicePortName[ports.Length];
        var rules = new ServicePortRules[ports.Length];
        NodeInfo node = AnyNode(zone);
        Batches.Run(ports.Length, i =>
        {
            names[i] = ports[i].Port.Name;
            rules[i] = Compile(ports[i], context, node);
        });
        return new CommonRules(state, context, zone, isPure: true, PersistentMap<ServicePortName, ServicePortRules>.FromSorted(names, rules));
    }

    /// <summary>These rules after a change of some services.</summary>
    public CommonRules After(List<MapChange<ObjectKey, ServiceState>> changes, FamilyState state, RuleContext context, string zone)
    {
        PersistentMap<ServicePortName, ServicePortRules> services = Services;
        NodeInfo node = AnyNode(zone);
        foreach ((_, ServiceState? before, _) in changes)
            foreach (ServicePortState port in before?.Ports ?? []) services = services.Without(port.Port.Name);
        foreach ((_, _, ServiceState? now) in changes)
            foreach (ServicePortState port in now?.Ports ?? []) services = services.With(port.Port.Name, Compile(port, context, node));
        var after = new CommonRules(state, context, zone, IsPure && context == Context && zone == Zone, services) { _someNodePort = _someNodePort };
        foreach (NodeRules known in Volatile.Read(ref _nodes)) after._nodes = [.. after._nodes, known.After(after)];
        return after;
    }

    /// <summary>What is in place on a node that has nothing of its own.</summary>
    public NodeRules For(FixedChains around)
    {
        foreach (NodeRules known in Volatile.Read(ref _nodes))
            if (known.Around.AreAlso(around)) return known;
        lock (_lock)
        {
            foreach (NodeRules known in _nodes)
                if (known.Around.AreAlso(around)) return known;
            var made = new NodeRules(this, around);
            Volatile.Write(ref _nodes, [.. _nodes, made]);
            return made;
        }
    }

    private static ServicePortRules Compile(ServicePortState port, RuleContext context, NodeInfo node) =>
        port.RulesFor(context, EndpointSelection.Select(port, node, context.Level), nodeIsInSourceRanges: false);

    private static NodeInfo AnyNode(string zone) =>
        new() { Name = "", Labels = zone.Length == 0 ? default : StringMap.Create([new(Node.ZoneLabel, zone)]) };

    private static bool HasNodePort(ServicePortRules rules) => Array.Exists(rules.NatEntries, static entry => entry.Chain == ChainNames.NodePorts);
}
