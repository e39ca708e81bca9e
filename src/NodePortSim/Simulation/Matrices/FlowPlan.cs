using NodePortSim.Clusters.ControlPlane;
using NodePortSim.KubeProxy;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Matrices;

/// <summary>The flows of a cluster: each kind of client, each node, each address of each service port.</summary>
internal static class FlowPlan
{
    private static readonly ClientClass[] OfNodePorts =
        [ClientClass.Node, ClientClass.OtherNode, ClientClass.PodOnNode, ClientClass.PodElsewhere, ClientClass.Backend];

    /// <summary>Other addresses are no node's own: their way begins where the client is, so that what is elsewhere is another node's own flow.</summary>
    private static readonly ClientClass[] OfOtherAddresses = [ClientClass.Node, ClientClass.PodOnNode, ClientClass.Backend];

    public static IEnumerable<FlowKey> Of(ClusterState state, ProxyState services, IReadOnlyList<string> nodes) =>
        from family in new[] { IpFamily.IPv4, IpFamily.IPv6 }
        from port in services.ServicePorts(family)
        from key in OfPort(state, port, family, nodes)
        select key;

    private static IEnumerable<FlowKey> OfPort(ClusterState state, ServicePortInfo port, IpFamily family, IReadOnlyList<string> nodes)
    {
        IEnumerable<FlowKey> flows = OfAddress(state, port, TargetKind.ClusterIP, port.ClusterIP, nodes);
        if (port.NodePort != 0)
            foreach (string node in nodes)
                foreach (IpAddr address in NodeInfo.From(state.Nodes[node]).NodeAddresses)
                    if (address.Family == family) flows = flows.Concat(OfNode(state, port, node, address));
        foreach (IpAddr address in port.ExternalIPs) flows = flows.Concat(OfAddress(state, port, TargetKind.ExternalIP, address, nodes));
        foreach (IpAddr address in port.LoadBalancerIPs) flows = flows.Concat(OfAddress(state, port, TargetKind.LoadBalancer, address, nodes));
        return flows;
    }

    private static IEnumerable<FlowKey> OfNode(ClusterState state, ServicePortInfo port, string node, IpAddr address)
    {
        var to = new IpEndpoint(address, port.NodePort);
        foreach (string client in state.ExternalClients.Keys) yield return Key(port, TargetKind.NodePort, to, node, ClientClass.External, client);
        foreach (ClientClass client in OfNodePorts) yield return Key(port, TargetKind.NodePort, to, node, client);
    }

    private static IEnumerable<FlowKey> OfAddress(ClusterState state, ServicePortInfo port, TargetKind kind, IpAddr address, IReadOnlyList<string> nodes)
    {
        var to = new IpEndpoint(address, port.Port);
        foreach (string client in state.ExternalClients.Keys) yield return Key(port, kind, to, null, ClientClass.External, client);
        foreach (string node in nodes)
            foreach (ClientClass client in OfOtherAddresses) yield return Key(port, kind, to, node, client);
    }

    private static FlowKey Key(ServicePortInfo port, TargetKind kind, IpEndpoint to, string? node, ClientClass client, string? name = null) => new()
    {
        ServicePort = port.Name.ToString(),
        Protocol = port.Protocol,
        Kind = kind,
        To = to,
        Node = node,
        Client = client,
        ExternalClient = name,
    };
}
