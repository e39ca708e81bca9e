using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NodePortSim.KubeProxy.Rules;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One family's part of a <see cref="ProxyState"/>.</summary>
internal sealed class FamilyState
{
    private FamilyState(IReadOnlyDictionary<ObjectKey, ServiceState> byService)
    {
        ByService = byService;
        ServicePortState[] ports = [.. byService.Values.SelectMany(static service => service.Ports)];
        Array.Sort(ports, static (a, b) => a.Port.Name.CompareTo(b.Port.Name));
        Ports = ImmutableCollectionsMarshal.AsImmutableArray(ports);
        foreach (ServicePortState port in ports) EndpointCount += port.Endpoints.Count;
    }

    public IReadOnlyDictionary<ObjectKey, ServiceState> ByService { get; }

    /// <summary>The ports of all services, by their names.</summary>
    public ImmutableArray<ServicePortState> Ports { get; }

    /// <summary>The endpoints of all service ports, ready or not: what makes a cluster large (spec kube-proxy-iptables 6).</summary>
    public int EndpointCount { get; }

    /// <summary>The rule sets that nodes have made of this state.</summary>
    public SharedRuleSets RuleSets { get; } = new();

    public static FamilyState Create(
        IReadOnlyList<Service> services, IReadOnlyList<EndpointSlice> slices, IpFamily family, KubeProxyLevel level, FamilyState? previous)
    {
        var slicesOf = new Dictionary<ObjectKey, List<EndpointSlice>>();
        foreach (EndpointSlice slice in slices)
        {
            if (!EndpointsMap.IsUsed(slice, family)) continue;
            var key = new ObjectKey(slice.Namespace, slice.ServiceName!);
            if (!slicesOf.TryGetValue(key, out List<EndpointSlice>? list)) slicesOf[key] = list = [];
            list.Add(slice);
        }

        var byService = new Dictionary<ObjectKey, ServiceState>(services.Count);
        foreach (Service service in services)
        {
            var key = new ObjectKey(service.Namespace, service.Name);
            EndpointSlice[] own = slicesOf.TryGetValue(key, out List<EndpointSlice>? list) ? [.. list] : [];
            if (own.Length > 1) Array.Sort(own, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
            ServiceState? before = previous?.ByService.GetValueOrDefault(key);
            ServiceState state = ServiceState.Create(service, own, family, level, before);
            if (state.Ports.Length > 0) byService[key] = state;
        }

        return new FamilyState(byService);
    }
}
