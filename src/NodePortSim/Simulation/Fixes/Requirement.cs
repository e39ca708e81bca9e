using System.Globalization;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Says what would have to be different for a failed connection to succeed.</summary>
internal static class Requirement
{
    /// <summary>The name of the router of the nodes' network.</summary>
    private const string Gateway = "gateway";

    public static string Of(FailedFlow flow)
    {
        string host = flow.At is { } at ? at.Host == Gateway ? "the gateway" : at.Host : flow.From;
        return flow.Reason switch
        {
            OutcomeReason.NoEndpoints => $"a ready endpoint of {flow.Port?.Name.ToString() ?? "the Service"}: {WhyNone(flow)}",
            OutcomeReason.NoLocalEndpoints => $"an endpoint of {flow.Port?.Name.ToString() ?? "the Service"} on {host}: {WhereEndpointsAre(flow)}",
            OutcomeReason.NotInSourceRanges => $"a loadBalancerSourceRange that {flow.Source} is in; they are {string.Join(", ", flow.Service?.Spec.LoadBalancerSourceRanges ?? [])}",
            OutcomeReason.InvalidState => $"an entry in {host}'s connection tracking that the packet fits: a new connection, or packets that all pass the same node",
            OutcomeReason.LocalnetProtection => $"a sender on {host} itself, or another address of {host} than a loopback one",
            OutcomeReason.DroppedByRule or OutcomeReason.RejectedByRule => $"that the rule lets it pass: {Rule(flow)}",
            OutcomeReason.DroppedByPolicy => $"a rule of {flow.At?.Chain} on {host} that accepts it, or the policy ACCEPT",
            OutcomeReason.PortClosed when flow.Node == host && WhyNotServed(flow) is { } why => why,
            OutcomeReason.PortClosed => flow.Node == host && flow.Endpoint is null
                ? string.Create(CultureInfo.InvariantCulture, $"a Service whose nodePort is {flow.To.Port}/{flow.Options.Protocol.LowerName()}, or a server on that port of {host}")
                : $"a server on {flow.Endpoint ?? flow.To} ({flow.Options.Protocol.LowerName()})",
            OutcomeReason.NoRoute or OutcomeReason.NoNeighbor when flow.Endpoint is { } endpoint => $"a host with the address {endpoint.Address} in reach of {host}, or another endpoint of {flow.Port?.Name.ToString() ?? "the Service"}",
            OutcomeReason.NoRoute when flow.Port is null && flow.AtAddress.Count > 0 => $"a port that the Service at {flow.To.Address} has: {string.Join(", ", flow.AtAddress.Select(Text))}",
            OutcomeReason.NoRoute => $"a route on {host} to {Destination(flow)}",
            OutcomeReason.NoNeighbor => $"a host with the address {Destination(flow)}, or another endpoint",
            OutcomeReason.TtlExceeded => $"a time to live that is left when the packet leaves {host}",
            OutcomeReason.RouteLocalnetOff => $"route_localnet = 1 on {host}, or another address than a loopback one",
            OutcomeReason.ReversePathFilter => $"a route of {host} back to {flow.Source} through the interface that the packet came in by, or rp_filter = 2 or 0",
            OutcomeReason.ForwardingOff => $"ip_forward = 1 on {host}",
            OutcomeReason.HairpinOff => $"hairpin mode on the bridge of {host}, or another backend than the sender itself",
            OutcomeReason.ConntrackTableFull => $"room in {host}'s connection tracking table: entries that end, or a larger nf_conntrack_max",
            OutcomeReason.SourcePortsExhausted => $"a free source port on {host} toward {flow.Endpoint ?? flow.To}: flows that end, or a wider range of ports",
            OutcomeReason.NoMasqueradeAddress => $"an address of {host} on the interface that the packet leaves by",
            OutcomeReason.IcmpRateLimited when flow.At?.Chain is { } chain && chain.StartsWith("KUBE-", StringComparison.Ordinal) => $"a ready endpoint of {flow.Port?.Name.ToString() ?? "the Service"}: {WhyNone(flow)}",
            OutcomeReason.IcmpRateLimited => "that the packet is not rejected; the rejection itself was left untold",
            OutcomeReason.AnswerNotTranslated => "an answer that passes the node that translated the request",
            _ => "an answer",
        };
    }

    /// <summary>Why a node port that a Service has is not served at the address that was asked.</summary>
    private static string? WhyNotServed(FailedFlow flow)
    {
        KubeProxyConfiguration? configuration = flow.State.KubeProxyConfiguration;
        if (flow.Port is not null && configuration is { NodePortAddresses.IsEmpty: false })
            return $"a destination among the nodePortAddresses of kube-proxy, which are {string.Join(", ", configuration.NodePortAddresses)}";
        if (flow.Port is not null && configuration?.LocalhostNodePorts == false && flow.To.Address.IsLoopback)
            return "localhostNodePorts of kube-proxy, or another address of the node";
        ServicePortInfo? other = flow.Port is null ? flow.AllPorts.FirstOrDefault(port => port.NodePort == flow.To.Port && port.Protocol == flow.Options.Protocol) : null;
        return other is null ? null : $"an {flow.Family} clusterIP of {other.Name}, which has {other.ClusterIP.Family} alone, or an {other.ClusterIP.Family} destination";
    }

    private static string Text(ServicePortInfo port) => string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol.LowerName()}");

    private static string Rule(FailedFlow flow) => flow.At is { Rule: { } rule } at ? $"-A {at.Chain} {rule}" : $"{flow.At?.Chain} of {flow.At?.Host}";

    private static IpAddr Destination(FailedFlow flow) => flow.Endpoint?.Address ?? flow.To.Address;

    private static string WhyNone(FailedFlow flow)
    {
        if (flow.Port is not { } port || flow.Service is not { } service) return "it has none";
        EndpointInfo[] endpoints = [.. flow.Services.EndpointsOf(flow.Family, port.Name)];
        if (endpoints.Length > 0) return Count(endpoints.Length, endpoints.All(static endpoint => endpoint.IsTerminating) ? "terminating and no longer serving" : "not ready");
        if (service.Spec.Selector.IsEmpty) return "no EndpointSlice lists one";
        int pods = PodCandidates.PodsOf(flow, service).Count;
        return pods == 0 ? $"no pod has the labels of its selector {service.Spec.Selector}" : $"none of the {pods.ToString(CultureInfo.InvariantCulture)} pods of its selector is ready at its targetPort";
    }

    private static string WhereEndpointsAre(FailedFlow flow)
    {
        string[] nodes = flow.Port is not { } port
            ? []
            : [.. flow.Services.EndpointsOf(flow.Family, port.Name).Where(static endpoint => endpoint.IsReady).Select(static endpoint => endpoint.NodeName).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return nodes.Length == 0 ? "none is ready anywhere" : $"they run on {string.Join(", ", nodes)}";
    }

    private static string Count(int number, string what) => number == 1 ? $"its only one is {what}" : string.Create(CultureInfo.InvariantCulture, $"its {number} are {what}");
}
