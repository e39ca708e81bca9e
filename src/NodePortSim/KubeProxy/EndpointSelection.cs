using NodePortSim.Collections;

namespace NodePortSim.KubeProxy;

/// <summary>Which endpoints of a service port one node uses, and for what (spec kube-proxy-iptables 4). Immutable; thread-safe.</summary>
/// <param name="Cluster">For traffic that may use the whole cluster.</param>
/// <param name="Local">For traffic that must stay on the node.</param>
/// <param name="Reachable">All that some traffic uses: those that get a KUBE-SEP chain.</param>
/// <param name="HasAnywhere">Whether any endpoint of the cluster is usable, by whatever node.</param>
public sealed record EndpointSelection(
    EquatableArray<EndpointInfo> Cluster, EquatableArray<EndpointInfo> Local, EquatableArray<EndpointInfo> Reachable, bool HasAnywhere)
{
    /// <summary>Selects the endpoints of a service port.</summary>
    /// <param name="port">The service port.</param>
    /// <param name="endpoints">All its endpoints, by their texts.</param>
    /// <param name="node">The node.</param>
    /// <param name="level">kube-proxy's version.</param>
    public static EndpointSelection Select(ServicePortInfo port, EquatableArray<EndpointInfo> endpoints, NodeInfo node, KubeProxyLevel level)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(level);
        return Select(new ServicePortState(port, endpoints), node, level);
    }

    internal static EndpointSelection Select(ServicePortState state, NodeInfo node, KubeProxyLevel level)
    {
        if (level.ExternalRouting == ExternalRouting.LoadBalancerChains) return SelectOneList(state, node, level);
        ServicePortInfo port = state.Port;
        EquatableArray<EndpointInfo> all = state.HasDuplicates ? EndpointsMap.ForNode(state.Endpoints, node.Name) : state.Endpoints;
        EquatableArray<EndpointInfo> cluster = [];
        TopologyFilter topology = TopologyFilter.None;
        if (port.UsesClusterEndpoints)
        {
            EquatableArray<EndpointInfo> ready = state.HasDuplicates ? Where(all, static e => e.IsReady) : state.Ready;
            if (state.HasHints) topology = TopologyFilter.For(port, ready, node, level);
            cluster = topology.IsNone ? ready : Where(ready, topology.Allows);
            if (cluster.IsEmpty && level.FallsBackToTerminating) cluster = Where(all, static e => e.IsServingTerminating);
        }

        bool hasAnywhere = !cluster.IsEmpty;
        if (!port.UsesLocalEndpoints) return new EndpointSelection(cluster, [], cluster, hasAnywhere);

        EquatableArray<EndpointInfo> local = Where(all, e => e.IsReady && e.IsLocalTo(node.Name));
        bool fallsBack = local.IsEmpty && level.FallsBackToTerminating;
        if (fallsBack) local = Where(all, e => e.IsServingTerminating && e.IsLocalTo(node.Name));
        fallsBack &= !local.IsEmpty;
        foreach (EndpointInfo endpoint in all) hasAnywhere |= endpoint.IsReady || (endpoint.IsServingTerminating && level.FallsBackToTerminating);

        EquatableArray<EndpointInfo> reachable = !port.UsesClusterEndpoints ? local
            : topology.IsNone && !fallsBack ? cluster
            : Union(cluster, local);
        return new EndpointSelection(cluster, local, reachable, hasAnywhere);
    }

    /// <summary>
    /// Up to level 1.23 a service has one list: with an internal policy Local only endpoints of the node, for whatever traffic, unless the external
    /// policy is Local too.
    /// </summary>
    private static EndpointSelection SelectOneList(ServicePortState state, NodeInfo node, KubeProxyLevel level)
    {
        ServicePortInfo port = state.Port;
        EquatableArray<EndpointInfo> all = state.HasDuplicates ? EndpointsMap.ForNode(state.Endpoints, node.Name) : state.Endpoints;
        EquatableArray<EndpointInfo> ready = state.HasDuplicates ? Where(all, static e => e.IsReady) : state.Ready;
        EquatableArray<EndpointInfo> local = Where(ready, e => e.IsLocalTo(node.Name));
        if (port.ExternalPolicyLocal) return new EndpointSelection(ready, local, ready, !ready.IsEmpty);
        EquatableArray<EndpointInfo> list = port.InternalPolicyLocal ? local : ready;
        if (!port.InternalPolicyLocal && state.HasHints && TopologyFilter.For(port, ready, node, level) is { IsNone: false } topology)
            list = Where(ready, topology.Allows);
        return new EndpointSelection(list, [], list, !list.IsEmpty);
    }

    private static EquatableArray<EndpointInfo> Where(EquatableArray<EndpointInfo> endpoints, Func<EndpointInfo, bool> predicate)
    {
        int count = 0;
        foreach (EndpointInfo endpoint in endpoints)
            if (predicate(endpoint)) count++;
        if (count == endpoints.Count) return endpoints;
        if (count == 0) return [];
        var chosen = new EndpointInfo[count];
        int next = 0;
        foreach (EndpointInfo endpoint in endpoints)
            if (predicate(endpoint)) chosen[next++] = endpoint;
        return new EquatableArray<EndpointInfo>(chosen);
    }

    private static EquatableArray<EndpointInfo> Union(EquatableArray<EndpointInfo> a, EquatableArray<EndpointInfo> b) =>
        a.Concat(b).DistinctBy(static e => e.Text).OrderBy(static e => e.Text, StringComparer.Ordinal).ToEquatableArray();
}
