using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Shows a Service's endpoints as the older Endpoints object, computed when it is asked for.</summary>
internal static class EndpointsView
{
    /// <summary>The Endpoints object of a Service, or null where the real system has none: without selector and not given.</summary>
    public static Endpoints? Of(ClusterState state, ObjectKey key)
    {
        if (state.Endpoints.TryGetValue(key, out Endpoints? given)) return given;
        if (!state.Services.TryGetValue(key, out Service? service)) return null;
        if (service.Spec.Selector.IsEmpty || service.Spec.Type == ServiceType.ExternalName) return null;
        AddressFormat format = service.Spec.IpFamilies is [IpFamily.IPv6, ..] ? AddressFormat.IPv6 : AddressFormat.IPv4;
        var subsets = new List<EndpointSubset>();
        foreach (IGrouping<EquatableArray<EndpointPort>, EndpointSlice> group in state.SlicesOf(key).Where(slice => slice.AddressType == format).GroupBy(static slice => slice.Ports))
        {
            List<Endpoint> endpoints = [.. group.SelectMany(static slice => slice.Endpoints.AsEnumerable())];
            EndpointSubset subset = new()
            {
                Addresses = Addresses(endpoints.Where(static endpoint => endpoint.Ready ?? true)),
                NotReadyAddresses = Addresses(endpoints.Where(static endpoint => endpoint.Ready == false && endpoint.Terminating != true)),
                Ports = group.Key,
            };
            if (!subset.Addresses.IsEmpty || !subset.NotReadyAddresses.IsEmpty) subsets.Add(subset);
        }

        return new Endpoints
        {
            Metadata = new ObjectMeta { Name = key.Name, Namespace = key.Namespace, Labels = service.Metadata.Labels },
            Subsets = subsets.ToEquatableArray(),
        };
    }

    private static EquatableArray<EndpointAddress> Addresses(IEnumerable<Endpoint> endpoints) => endpoints
        .Where(static endpoint => !endpoint.Addresses.IsEmpty)
        .Select(static endpoint => new EndpointAddress { Ip = endpoint.Addresses[0], NodeName = endpoint.NodeName, TargetRef = endpoint.TargetRef })
        .OrderBy(static address => IpAddr.Parse(address.Ip))
        .ToEquatableArray();
}
