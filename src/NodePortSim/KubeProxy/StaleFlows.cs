using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Finds the UDP conntrack entries that a sync leaves stale (spec kube-proxy-iptables 7). TCP and SCTP entries are never deleted.</summary>
internal static class StaleFlows
{
    /// <summary>The filters of what to delete after a sync.</summary>
    /// <param name="before">What the previous sync knew; null at the first sync.</param>
    /// <param name="now">What this sync knows.</param>
    /// <param name="level">kube-proxy's version.</param>
    public static EquatableArray<StaleFlowFilter> Find(FamilyState? before, FamilyState now, KubeProxyLevel level) => level.StaleFlowDetection switch
    {
        StaleFlowDetection.Events => FindByEvents(before, now),
        StaleFlowDetection.ReconciledEverySync => Reconcile(now),
        _ => UdpChanges(before, now).Count > 0 ? Reconcile(now) : [],
    };

    private static EquatableArray<StaleFlowFilter> FindByEvents(FamilyState? before, FamilyState now)
    {
        List<MapChange<ServicePortName, ServicePortState>> changes = UdpChanges(before, now);
        if (changes.Count == 0) return [];
        var found = new List<StaleFlowFilter>();
        foreach ((_, ServicePortState? previous, ServicePortState? port) in changes)
            if (port is null) found.Add(new StaleFlowFilter { OriginalDestination = previous!.Port.ClusterIP });

        foreach ((_, ServicePortState? previous, ServicePortState? port) in changes)
            if (port is not null && IsServed(port.Endpoints) && !IsServed(previous?.Endpoints ?? [])) found.AddRange(AllFlowsOf(port.Port, null));

        foreach ((_, ServicePortState? previous, ServicePortState? port) in changes)
        {
            if (port is null || previous is null) continue;
            foreach (EndpointInfo endpoint in previous.Endpoints)
                if (endpoint.IsServing && !port.Endpoints.Any(other => other.Endpoint == endpoint.Endpoint))
                    found.AddRange(AllFlowsOf(port.Port, endpoint.Endpoint.Address));
        }

        return found.Distinct().ToEquatableArray();
    }

    /// <summary>The flows to a service port, of one endpoint or of all.</summary>
    private static IEnumerable<StaleFlowFilter> AllFlowsOf(ServicePortInfo port, IpAddr? endpoint)
    {
        foreach (IpAddr address in Destinations(port)) yield return new StaleFlowFilter { OriginalDestination = address, ReplySource = endpoint };
        if (port.NodePort != 0) yield return new StaleFlowFilter { OriginalDestinationPort = port.NodePort, ReplySource = endpoint };
    }

    private static EquatableArray<StaleFlowFilter> Reconcile(FamilyState now)
    {
        var found = new List<StaleFlowFilter>();
        foreach (ServicePortState state in now.UdpPorts.Values)
        {
            ServicePortInfo port = state.Port;
            if (!IsServed(state.Endpoints)) continue;
            EquatableArray<IpAddr> serving = state.Endpoints.Where(static e => e.IsServing).Select(static e => e.Endpoint.Address).Distinct().ToEquatableArray();
            foreach (IpAddr address in Destinations(port))
                found.Add(new StaleFlowFilter { OriginalDestination = address, OriginalDestinationPort = port.Port, KeptReplySources = serving });
            if (port.NodePort != 0) found.Add(new StaleFlowFilter { OriginalDestinationPort = port.NodePort, KeptReplySources = serving });
        }

        return found.ToEquatableArray();
    }

    private static IEnumerable<IpAddr> Destinations(ServicePortInfo port) => [port.ClusterIP, .. port.ExternalIPs, .. port.LoadBalancerIPs];

    private static bool IsServed(EquatableArray<EndpointInfo> endpoints)
    {
        foreach (EndpointInfo endpoint in endpoints)
            if (endpoint.IsServing) return true;
        return false;
    }

    private static List<MapChange<ServicePortName, ServicePortState>> UdpChanges(FamilyState? before, FamilyState now) =>
        PersistentMap<ServicePortName, ServicePortState>.Changes((before ?? FamilyState.Empty).UdpPorts, now.UdpPorts);
}
