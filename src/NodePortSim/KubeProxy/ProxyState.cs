using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>What every kube-proxy of a cluster knows of Services and EndpointSlices: read once, shared by all nodes.</summary>
/// <remarks>
/// Made of a previous state, it keeps the objects of all services that did not change; <see cref="NodeProxy.Sync(ProxyState, NodeInfo)"/> tells changes
/// by that. Immutable; thread-safe.
/// </remarks>
public sealed class ProxyState
{
    private ProxyState(KubeProxyLevel level, FamilyState ipv4, FamilyState ipv6)
    {
        Level = level;
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
        if (previous is not null && previous.Level != level) previous = null;
        IReadOnlyList<Service> serviceList = [.. services];
        IReadOnlyList<EndpointSlice> sliceList = [.. slices];
        return new ProxyState(
            level,
            FamilyState.Create(serviceList, sliceList, IpFamily.IPv4, level, previous?.IPv4),
            FamilyState.Create(serviceList, sliceList, IpFamily.IPv6, level, previous?.IPv6));
    }

    /// <summary>The service ports of a family, in the order in which rules are written.</summary>
    /// <param name="family">The family.</param>
    public IEnumerable<ServicePortInfo> ServicePorts(IpFamily family) => Of(family).Ports.Select(static port => port.Port);

    /// <summary>All endpoints of a service port, ready or not, in the order of their texts.</summary>
    /// <param name="family">The family.</param>
    /// <param name="name">The service port.</param>
    public EquatableArray<EndpointInfo> EndpointsOf(IpFamily family, ServicePortName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Of(family).ByService.TryGetValue(name.Service, out ServiceState? service)) return [];
        foreach (ServicePortState port in service.Ports)
            if (port.Port.Name == name) return port.Endpoints;
        return [];
    }

    internal FamilyState Of(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;
}
