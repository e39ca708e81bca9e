using NodePortSim.Collections;
using NodePortSim.KubeProxy.Rules;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One family's part of a <see cref="ProxyState"/>. Thread-safe.</summary>
internal sealed class FamilyState
{
    private ChainIndex? _chainIndex;

    private FamilyState()
    {
    }

    /// <summary>The Services that have ports here.</summary>
    public required PersistentMap<ObjectKey, ServiceState> ByService { get; init; }

    /// <summary>The ports of all services, by their names.</summary>
    public required PersistentMap<ServicePortName, ServicePortState> Ports { get; init; }

    /// <summary>The UDP ports among <see cref="Ports"/>.</summary>
    public required PersistentMap<ServicePortName, ServicePortState> UdpPorts { get; init; }

    /// <summary>Those of Services with a health check.</summary>
    public required PersistentMap<ServicePortName, ServicePortState> CheckedPorts { get; init; }

    /// <summary>Those whose rules differ between nodes by the nodes' addresses.</summary>
    public required PersistentMap<ServicePortName, ServicePortState> RangedPorts { get; init; }

    /// <summary>Those whose rules differ between nodes, for every node that an endpoint of theirs names.</summary>
    public required PersistentMap<NodeMention, ServicePortState> Mentions { get; init; }

    /// <summary>The endpoints of all service ports, ready or not: what makes a cluster large (spec kube-proxy-iptables 6).</summary>
    public required int EndpointCount { get; init; }

    /// <summary>How many ports have topology hints, so that zones matter.</summary>
    public required int HintedPorts { get; init; }

    /// <summary>The rules that nodes have in common, made of this state.</summary>
    public CommonRuleCache Rules { get; } = new();

    /// <summary>Whose the chains are; made when somebody asks for a chain by its name.</summary>
    public ChainIndex ChainIndex => Volatile.Read(ref _chainIndex) ?? (_chainIndex = ChainIndex.Of(Ports));

    public static FamilyState Empty { get; } = new()
    {
        ByService = PersistentMap<ObjectKey, ServiceState>.Empty,
        Ports = PersistentMap<ServicePortName, ServicePortState>.Empty,
        UdpPorts = PersistentMap<ServicePortName, ServicePortState>.Empty,
        CheckedPorts = PersistentMap<ServicePortName, ServicePortState>.Empty,
        RangedPorts = PersistentMap<ServicePortName, ServicePortState>.Empty,
        Mentions = PersistentMap<NodeMention, ServicePortState>.Empty,
        EndpointCount = 0,
        HintedPorts = 0,
    };

    /// <summary>The state of these services, sorted by their keys.</summary>
    public static FamilyState Of(ReadOnlySpan<ServiceState> services)
    {
        if (services.IsEmpty) return Empty;
        var keys = new ObjectKey[services.Length];
        var ports = new List<ServicePortState>(services.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = services[i].Key;
            ports.AddRange(services[i].Ports);
        }

        var mentions = new List<(NodeMention Mention, ServicePortState Port)>();
        int endpoints = 0, hinted = 0;
        foreach (ServicePortState port in ports)
        {
            endpoints += port.Endpoints.Count;
            if (port.HasHints) hinted++;
            foreach (string node in NodesOf(port)) mentions.Add((new NodeMention(node, port.Port.Name), port));
        }

        return new FamilyState
        {
            ByService = PersistentMap<ObjectKey, ServiceState>.FromSorted(keys, services),
            Ports = Map(ports),
            UdpPorts = Map(ports.FindAll(IsUdp)),
            CheckedPorts = Map(ports.FindAll(IsChecked)),
            RangedPorts = Map(ports.FindAll(static port => port.DependsOnNodeAddress)),
            Mentions = PersistentMap<NodeMention, ServicePortState>.From(
                [.. mentions.Select(static mention => mention.Mention)], [.. mentions.Select(static mention => mention.Port)]),
            EndpointCount = endpoints,
            HintedPorts = hinted,
        };
    }

    /// <summary>This state with some services changed.</summary>
    public FamilyState With(IReadOnlyList<(ObjectKey Key, ServiceState? Service)> changes)
    {
        PersistentMap<ObjectKey, ServiceState> byService = ByService;
        PersistentMap<ServicePortName, ServicePortState> ports = Ports, udp = UdpPorts, check = CheckedPorts, ranged = RangedPorts;
        PersistentMap<NodeMention, ServicePortState> mentions = Mentions;
        int endpoints = EndpointCount, hinted = HintedPorts;
        List<(ServicePortState? Before, ServicePortState? Now)> changed = [];
        foreach ((ObjectKey key, ServiceState? service) in changes)
        {
            ServicePortState[] before = byService[key]?.Ports ?? [], now = service?.Ports ?? [];
            byService = service is null ? byService.Without(key) : byService.With(key, service);
            foreach (ServicePortState old in before)
                if (Array.IndexOf(now, old) < 0) changed.Add((old, null));
            foreach (ServicePortState port in now)
                if (Array.IndexOf(before, port) < 0) changed.Add((null, port));
        }

        foreach ((ServicePortState? old, _) in changed)
        {
            if (old is null) continue;
            endpoints -= old.Endpoints.Count;
            if (old.HasHints) hinted--;
            foreach (string node in NodesOf(old)) mentions = mentions.Without(new NodeMention(node, old.Port.Name));
            (ports, udp, check, ranged) = (ports.Without(old.Port.Name), udp.Without(old.Port.Name), check.Without(old.Port.Name), ranged.Without(old.Port.Name));
        }

        foreach ((_, ServicePortState? port) in changed)
        {
            if (port is null) continue;
            endpoints += port.Endpoints.Count;
            if (port.HasHints) hinted++;
            foreach (string node in NodesOf(port)) mentions = mentions.With(new NodeMention(node, port.Port.Name), port);
            ports = ports.With(port.Port.Name, port);
            if (IsUdp(port)) udp = udp.With(port.Port.Name, port);
            if (IsChecked(port)) check = check.With(port.Port.Name, port);
            if (port.DependsOnNodeAddress) ranged = ranged.With(port.Port.Name, port);
        }

        return new FamilyState
        {
            ByService = byService,
            Ports = ports,
            UdpPorts = udp,
            CheckedPorts = check,
            RangedPorts = ranged,
            Mentions = mentions,
            EndpointCount = endpoints,
            HintedPorts = hinted,
            _chainIndex = Volatile.Read(ref _chainIndex)?.With(changed),
        };
    }

    private static bool IsUdp(ServicePortState port) => port.Port.Protocol == Protocol.Udp;

    private static bool IsChecked(ServicePortState port) => port.Port.HealthCheckNodePort != 0;

    private static PersistentMap<ServicePortName, ServicePortState> Map(List<ServicePortState> ports) =>
        PersistentMap<ServicePortName, ServicePortState>.From([.. ports.Select(static port => port.Port.Name)], [.. ports]);

    private static HashSet<string> NodesOf(ServicePortState port)
    {
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        if (!port.DependsOnNode) return nodes;
        foreach (EndpointInfo endpoint in port.Endpoints)
        {
            if (endpoint.NodeName is { Length: > 0 } node) nodes.Add(node);
            foreach (string hint in endpoint.NodeHints) nodes.Add(hint);
        }

        return nodes;
    }
}

/// <summary>That a service port has an endpoint on a node or for it.</summary>
internal readonly record struct NodeMention(string Node, ServicePortName? Port) : IComparable<NodeMention>
{
    /// <summary>By node, then by port; no port comes before all.</summary>
    public int CompareTo(NodeMention other)
    {
        int order = string.CompareOrdinal(Node, other.Node);
        if (order != 0) return order;
        return Port is null ? other.Port is null ? 0 : -1 : Port.CompareTo(other.Port);
    }
}
