using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Warns of Services whose ports no EndpointSlice has: the real system accepts them, and they have no endpoints.</summary>
internal static class ServiceWarnings
{
    /// <summary>Looks at the Services that the verb wrote or whose slices it touched.</summary>
    public static void Run(ClusterDraft draft)
    {
        SortedSet<ObjectKey> keys = [.. draft.Services.Touched, .. draft.ServicesOfSlices];
        foreach (ObjectKey key in keys)
        {
            if (!draft.Services.TryGet(key, out Service? service) || !service.Spec.NeedsClusterIP()) continue;
            List<EndpointSlice> slices = draft.SliceKeys(key)
                .Select(slice => draft.EndpointSlices[slice])
                .Where(static slice => !slice.Endpoints.IsEmpty)
                .ToList();
            if (slices.Count == 0) continue;
            foreach (ServicePort port in service.Spec.Ports)
            {
                // The key by which kube-proxy joins them: name and protocol (spec kube-proxy-iptables 1.6).
                if (slices.Exists(slice => slice.Ports.Any(p => (p.Name ?? "") == port.Name && p.Protocol == port.Protocol))) continue;
                draft.Warnings.Add($"service {key}: no EndpointSlice has a port named \"{port.Name}\" of protocol {port.Protocol?.ToString().ToUpperInvariant()}");
            }
        }
    }
}
