using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Reads EndpointSlices into the sorted endpoint lists of service ports (spec kube-proxy-iptables 1.4 to 1.6).</summary>
internal static class EndpointsMap
{
    /// <summary>Whether kube-proxy looks at a slice in one family.</summary>
    public static bool IsUsed(EndpointSlice slice, IpFamily family) =>
        slice.ServiceName is not null
        && slice.AddressType == (family == IpFamily.IPv4 ? AddressFormat.IPv4 : AddressFormat.IPv6)
        && !ServicePortInfo.IsLeftToOthers(slice.Metadata.Labels);

    /// <summary>Whether kube-proxy finds nothing changed between two versions of a slice.</summary>
    public static bool HaveSameData(EndpointSlice a, EndpointSlice b) =>
        ReferenceEquals(a, b) || (a.Ports == b.Ports && a.Endpoints == b.Endpoints);

    /// <summary>
    /// The endpoints of a service port, by their texts (bytes). Endpoints of one text stay side by side, in the order in which the slices have them:
    /// which of them counts depends on the node (<see cref="ForNode"/>).
    /// </summary>
    /// <param name="port">The service port.</param>
    /// <param name="slices">The slices of its Service in its family, in name order.</param>
    /// <param name="family">The family.</param>
    /// <param name="previous">The list before; objects that did not change are taken from it, so that what is derived from them stays.</param>
    public static EquatableArray<EndpointInfo> Of(
        ServicePortName port, ReadOnlySpan<EndpointSlice> slices, IpFamily family, EquatableArray<EndpointInfo> previous)
    {
        int most = 0;
        foreach (EndpointSlice slice in slices) most += slice.Endpoints.Count;
        if (most == 0) return [];
        var found = new List<EndpointInfo>(most);
        foreach (EndpointSlice slice in slices)
        {
            foreach (EndpointPort slicePort in slice.Ports)
            {
                if (slicePort.Port is not > 0 || slicePort.Name != port.Port || (slicePort.Protocol ?? Protocol.Tcp) != port.Protocol) continue;
                foreach (Endpoint endpoint in slice.Endpoints)
                    if (Read(port, endpoint, (ushort)slicePort.Port.Value, family) is { } info) found.Add(info);
            }
        }

        if (found.Count == 0) return [];
        EndpointInfo[] sorted = [.. found];
        EndpointOrder.Sort(sorted);
        if (previous.IsEmpty) return new EquatableArray<EndpointInfo>(sorted);
        Reuse(sorted, previous);
        return previous.AsSpan().SequenceEqual(sorted) ? previous : new EquatableArray<EndpointInfo>(sorted);
    }

    /// <summary>The list as one node sees it: of endpoints with one text the first counts, unless a later one is local.</summary>
    public static EquatableArray<EndpointInfo> ForNode(EquatableArray<EndpointInfo> endpoints, string nodeName)
    {
        var seen = new List<EndpointInfo>(endpoints.Count);
        foreach (EndpointInfo endpoint in endpoints)
        {
            if (seen.Count == 0 || seen[^1].Endpoint != endpoint.Endpoint) seen.Add(endpoint);
            else if (endpoint.IsLocalTo(nodeName)) seen[^1] = endpoint;
        }

        return seen.ToEquatableArray();
    }

    /// <summary>Whether two endpoints of a sorted list have one text.</summary>
    public static bool HasDuplicates(EquatableArray<EndpointInfo> endpoints)
    {
        for (int i = 1; i < endpoints.Count; i++)
            if (endpoints[i].Endpoint == endpoints[i - 1].Endpoint) return true;
        return false;
    }

    private static EndpointInfo? Read(ServicePortName port, Endpoint endpoint, ushort number, IpFamily family)
    {
        if (endpoint.Addresses.IsEmpty || !IpAddr.TryParse(endpoint.Addresses[0], out IpAddr address) || address.Family != family) return null;
        return new EndpointInfo(port, new IpEndpoint(address, number))
        {
            IsReady = endpoint.Ready ?? true,
            IsServing = endpoint.Serving ?? true,
            IsTerminating = endpoint.Terminating ?? false,
            NodeName = endpoint.NodeName,
            ZoneHints = endpoint.HintsForZones,
            NodeHints = endpoint.HintsForNodes,
        };
    }

    private static void Reuse(EndpointInfo[] sorted, EquatableArray<EndpointInfo> previous)
    {
        int old = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            while (old < previous.Count && string.CompareOrdinal(previous[old].Text, sorted[i].Text) < 0) old++;
            for (int same = old; same < previous.Count && previous[same].Text == sorted[i].Text; same++)
            {
                if (!previous[same].Equals(sorted[i])) continue;
                sorted[i] = previous[same];
                break;
            }
        }
    }
}
