using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>What every kube-proxy of a cluster knows of Services and EndpointSlices: read once, shared by all nodes.</summary>
/// <remarks>
/// Made of a previous state, it keeps the objects of all services that did not change; <see cref="NodeProxy.Sync(ProxyState, NodeInfo)"/> tells changes
/// by that. <see cref="With"/> does not even look at the others. Immutable; thread-safe.
/// </remarks>
public sealed class ProxyState
{
    private readonly ServiceInputs _inputs;

    private ProxyState(KubeProxyLevel level, ServiceInputs inputs, FamilyState ipv4, FamilyState ipv6)
    {
        Level = level;
        _inputs = inputs;
        IPv4 = ipv4;
        IPv6 = ipv6;
    }

    /// <summary>The version whose reading of the objects this is.</summary>
    public KubeProxyLevel Level { get; }

    internal FamilyState IPv4 { get; }

    internal FamilyState IPv6 { get; }

    /// <summary>Reads the objects.</summary>
    /// <param name="services">All Services.</param>
    /// <param name="slices">All EndpointSlices.</param>
    /// <param name="level">kube-proxy's version; null means 1.31.</param>
    /// <param name="previous">The state before, of the same level; null for none.</param>
    public static ProxyState Create(
        IEnumerable<Service> services, IEnumerable<EndpointSlice> slices, KubeProxyLevel? level = null, ProxyState? previous = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(slices);
        level ??= KubeProxyLevel.Default;
        var inputs = ServiceInputs.Of([.. services], [.. slices], previous?._inputs);
        return previous is null || previous.Level != level ? ReadAll(level, inputs, null) : previous.Follow(inputs);
    }

    /// <summary>This state with some objects added or replaced, and others gone. The work is that of the Services concerned, however many there are.</summary>
    /// <param name="services">The Services that are new or have changed.</param>
    /// <param name="slices">The EndpointSlices that are new or have changed.</param>
    /// <param name="deletedServices">The keys of the Services that are gone.</param>
    /// <param name="deletedSlices">The keys of the EndpointSlices that are gone.</param>
    public ProxyState With(
        IEnumerable<Service>? services = null,
        IEnumerable<EndpointSlice>? slices = null,
        IEnumerable<ObjectKey>? deletedServices = null,
        IEnumerable<ObjectKey>? deletedSlices = null) =>
        Follow(_inputs.With(services ?? [], slices ?? [], deletedServices ?? [], deletedSlices ?? []));

    /// <summary>The service ports of a family, in the order in which rules are written.</summary>
    /// <param name="family">The family.</param>
    public IEnumerable<ServicePortInfo> ServicePorts(IpFamily family) => Of(family).Ports.Values.Select(static port => port.Port);

    /// <summary>All endpoints of a service port, ready or not, in the order of their texts.</summary>
    /// <param name="family">The family.</param>
    /// <param name="name">The service port.</param>
    public EquatableArray<EndpointInfo> EndpointsOf(IpFamily family, ServicePortName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Of(family).Ports[name]?.Endpoints ?? [];
    }

    internal FamilyState Of(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;

    private ProxyState Follow(ServiceInputs inputs)
    {
        List<MapChange<ObjectKey, ServiceInput>> changes = PersistentMap<ObjectKey, ServiceInput>.Changes(_inputs.ByService, inputs.ByService);
        if (changes.Count > 64 && changes.Count > _inputs.ByService.Count / 4) return ReadAll(Level, inputs, this);
        return new ProxyState(Level, inputs, Follow(changes, IPv4, IpFamily.IPv4), Follow(changes, IPv6, IpFamily.IPv6));
    }

    private FamilyState Follow(List<MapChange<ObjectKey, ServiceInput>> changes, FamilyState previous, IpFamily family)
    {
        List<(ObjectKey, ServiceState?)>? changed = null;
        foreach ((ObjectKey key, _, ServiceInput? now) in changes)
        {
            ServiceState? before = previous.ByService[key];
            ServiceState? state = now?.Service is { } service ? ServiceState.Create(service, now.Slices, family, Level, before) : null;
            if (!ReferenceEquals(before, state)) (changed ??= []).Add((key, state));
        }

        return changed is null ? previous : previous.With(changed);
    }

    private static ProxyState ReadAll(KubeProxyLevel level, ServiceInputs inputs, ProxyState? previous)
    {
        ServiceInput[] all = [.. inputs.ByService.Values];
        var ipv4 = new ServiceState?[all.Length];
        var ipv6 = new ServiceState?[all.Length];
        Batches.Run(all.Length, i =>
        {
            if (all[i].Service is not { } service) return;
            var key = new ObjectKey(service.Namespace, service.Name);
            ipv4[i] = ServiceState.Create(service, all[i].Slices, IpFamily.IPv4, level, previous?.IPv4.ByService[key]);
            ipv6[i] = ServiceState.Create(service, all[i].Slices, IpFamily.IPv6, level, previous?.IPv6.ByService[key]);
        });
        return new ProxyState(level, inputs, FamilyState.Of([.. ipv4.OfType<ServiceState>()]), FamilyState.Of([.. ipv6.OfType<ServiceState>()]));
    }
}
