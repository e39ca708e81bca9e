using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>What the client could do otherwise while the cluster stays as it is: another port, protocol, node or address.</summary>
internal static class TargetCandidates
{
    /// <summary>The most ports that are guessed where none of the client's port is known.</summary>
    private const int MaxGuesses = 8;

    public static IEnumerable<Fix> Of(FailedFlow flow) =>
        OtherPorts(flow).Concat(OtherProtocols(flow)).Concat(OtherNodes(flow)).Concat(OtherAddresses(flow));

    /// <summary>The Service's real port at its cluster IP, or the node port in the place of another number.</summary>
    private static IEnumerable<Fix> OtherPorts(FailedFlow flow)
    {
        if (flow.Port is not null) yield break;
        foreach (ServicePortInfo port in flow.AtAddress.Where(port => port.Protocol == flow.Options.Protocol))
            yield return To(flow, FixKind.OtherPort, $"send to port {port.Port}, the port of {port.Name}", flow.To with { Port = port.Port });
        if (flow.Node is null) yield break;
        IEnumerable<ServicePortInfo> ports = flow.Services.ServicePorts(flow.Family).Where(port => port.NodePort != 0 && port.Protocol == flow.Options.Protocol);

        // The port of the Service or of its pods is the likeliest confusion, then a slip of a digit.
        foreach (ServicePortInfo port in ports.OrderByDescending(port => Means(flow, port)).ThenBy(port => Math.Abs(port.NodePort - flow.To.Port)).Take(MaxGuesses))
            yield return To(flow, FixKind.OtherPort, $"send to port {port.NodePort}, the nodePort of {port.Name}", flow.To with { Port = port.NodePort });
    }

    private static bool Means(FailedFlow flow, ServicePortInfo port) => port.Port == flow.To.Port
        || flow.Services.EndpointsOf(flow.Family, port.Name).Any(endpoint => endpoint.Endpoint.Port == flow.To.Port);

    private static IEnumerable<Fix> OtherProtocols(FailedFlow flow)
    {
        foreach (ServicePortInfo port in flow.Services.ServicePorts(flow.Family))
        {
            bool isSame = flow.AtAddress.Contains(port) && port.Port == flow.To.Port || flow.Node is not null && port.NodePort == flow.To.Port;
            if (!isSame || port.Protocol == flow.Options.Protocol || flow.Port is not null) continue;
            yield return FixCandidate.Elsewhere(
                flow, FixKind.OtherProtocol, $"use {port.Protocol.ApiName()}, the protocol of {port.Name}", flow.To, port.Protocol);
        }
    }

    /// <summary>The same node port of the other nodes, and at other addresses of the same one.</summary>
    private static IEnumerable<Fix> OtherNodes(FailedFlow flow)
    {
        if (flow.Node is null) yield break;
        bool isNodePort = flow.AllPorts.Any(port => port.NodePort == flow.To.Port && port.Protocol == flow.Options.Protocol);
        if (!isNodePort) yield break;
        foreach (IpAddr address in Addresses(flow, flow.State.Nodes[flow.Node]))
            yield return To(flow, FixKind.OtherAddress, $"send to {flow.To with { Address = address }}, another address of {flow.Node}", flow.To with { Address = address });
        foreach (Node node in flow.State.Nodes.Values.Where(node => node.Name != flow.Node))
            foreach (IpAddr address in Addresses(flow, node))
                yield return To(flow, FixKind.OtherNode, $"send to {node.Name} ({flow.To with { Address = address }})", flow.To with { Address = address });
    }

    /// <summary>The addresses of a node, those of the client's family first.</summary>
    private static IEnumerable<IpAddr> Addresses(FailedFlow flow, Node node) =>
        FailedFlow.AddressesOf(node).Where(address => address != flow.To.Address).OrderBy(address => address.Family != flow.Family);

    /// <summary>A node port of the same Service in the place of an address that the client cannot reach: a cluster IP, a pod's.</summary>
    private static IEnumerable<Fix> OtherAddresses(FailedFlow flow)
    {
        if (flow.Node is not null) yield break;
        foreach (ServicePortInfo port in PortsBehind(flow))
        {
            if (flow.Port != port)
                yield return To(flow, FixKind.OtherAddress, $"send to {new IpEndpoint(port.ClusterIP, port.Port)}, the cluster IP of {port.Name}", new IpEndpoint(port.ClusterIP, port.Port));
            if (port.NodePort == 0) continue;
            foreach (Node node in flow.State.Nodes.Values)
                foreach (IpAddr address in NodeInfo.From(node).NodeAddresses.Where(address => address.Family == flow.Family))
                    yield return To(flow, FixKind.OtherAddress, $"send to {new IpEndpoint(address, port.NodePort)}, the nodePort of {port.Name} on {node.Name}", new IpEndpoint(address, port.NodePort));
        }
    }

    private static IEnumerable<ServicePortInfo> PortsBehind(FailedFlow flow) => flow.Port is { } known
        ? [known]
        : flow.Services.ServicePorts(flow.Family).Where(port =>
            port.Protocol == flow.Options.Protocol && flow.Services.EndpointsOf(flow.Family, port.Name).Any(endpoint => endpoint.Endpoint == flow.To));

    private static Fix To(FailedFlow flow, FixKind kind, string sentence, IpEndpoint to) => FixCandidate.Elsewhere(flow, kind, sentence, to);
}
