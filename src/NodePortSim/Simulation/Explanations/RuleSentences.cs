using System.Globalization;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.KubeProxy;

namespace NodePortSim.Simulation.Explanations;

/// <summary>One sentence for each reason that kube-proxy has to write a rule: which field of which object made it exist.</summary>
internal static class RuleSentences
{
    /// <param name="origin">The rule's origin.</param>
    /// <param name="chain">The chain that it stands in.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="endpoint">Which endpoint of how many it chooses, such as <c>endpoint 2 of 3</c>; null where it chooses none.</param>
    public static string Of(RuleOrigin origin, string chain, Rule rule, string? endpoint) => origin.Reason switch
    {
        RuleReason.Hook => "a jump into kube-proxy's chains",
        RuleReason.ClusterIP => $"{Destination(rule)} is the clusterIP and port of {origin.ServicePort}",
        RuleReason.ExternalIP => $"{Destination(rule)} is an externalIP and port of {origin.ServicePort}",
        RuleReason.LoadBalancerIP => $"{Destination(rule)} is a load balancer address and port of {origin.ServicePort}",
        RuleReason.NodePort => $"dport {PortOf(rule)} is the nodePort of {origin.ServicePort}",
        RuleReason.NodePorts => "the destination is an address of this node: it may be a nodePort",
        RuleReason.NoEndpoints => $"{origin.ServicePort} has no endpoints",
        RuleReason.NoLocalEndpoints => $"{PolicyName(chain)}: Local, and no endpoint of {origin.ServicePort} runs on this node",
        RuleReason.NotInSourceRanges => $"the source is outside the loadBalancerSourceRanges of {origin.ServicePort}",
        RuleReason.InSourceRanges => $"the source is inside the loadBalancerSourceRanges of {origin.ServicePort}",
        RuleReason.HealthCheckNodePort => $"the destination port is the healthCheckNodePort of {origin.ServicePort?.Service}",
        RuleReason.InvalidState => "packets that belong to no connection are not forwarded",
        RuleReason.MarkedForMasquerade => "the packet is marked as service traffic, which may be forwarded",
        RuleReason.EstablishedAccepted => "the packet belongs to a known connection, which may be forwarded",
        RuleReason.LocalnetProtection => "loopback addresses are not reachable from outside",
        RuleReason.MarkMasquerade => WhyMarked(origin, chain, rule),
        RuleReason.MarkDrop => "the packet is marked for dropping",
        RuleReason.Masquerade => WhyMasqueraded(rule),
        RuleReason.LocalTraffic when rule.Source is not null => $"traffic of the cluster's pods to {origin.ServicePort} may use every endpoint",
        RuleReason.LocalTraffic => $"traffic of this node itself to {origin.ServicePort} may use every endpoint",
        RuleReason.ExternalTraffic when IsLocalDispatch(rule) => $"externalTrafficPolicy: Local leaves the endpoints of {origin.ServicePort} on this node",
        RuleReason.ExternalTraffic => $"externalTrafficPolicy: Cluster lets {origin.ServicePort} use every endpoint",
        RuleReason.SessionAffinity => $"sessionAffinity: ClientIP, and the client was sent to {origin.Endpoint} before",
        RuleReason.LoadBalancing => $"{endpoint ?? "an endpoint"} of {origin.ServicePort}",
        RuleReason.Hairpin => $"the endpoint {origin.Endpoint} reaches itself through the Service: the flow is masqueraded",
        RuleReason.DestinationNat => $"the destination becomes the endpoint {origin.Endpoint}",
        _ => origin.Reason.ToString(),
    };

    /// <summary>The field whose value Local made a rule of this chain.</summary>
    public static string PolicyName(string chain) =>
        string.Equals(chain, ChainNames.ExternalServices, StringComparison.Ordinal) ? "externalTrafficPolicy" : "internalTrafficPolicy";

    private static string WhyMarked(RuleOrigin origin, string chain, Rule rule)
    {
        if (origin.ServicePort is null) return "the packet is marked for masquerading";
        if (chain.StartsWith("KUBE-EXT-", StringComparison.Ordinal))
        {
            return rule.Matches.Any(static match => match is AddressTypeMatch)
                ? $"traffic of this node itself to {origin.ServicePort} is masqueraded"
                : $"externalTrafficPolicy: Cluster masquerades external clients of {origin.ServicePort}";
        }

        return rule.Source is { Inverted: true } pods
            ? $"the source is no pod of the cluster ({pods.Network}): its traffic to {origin.ServicePort} is masqueraded"
            : $"masqueradeAll: every client of {origin.ServicePort} is masqueraded";
    }

    private static string WhyMasqueraded(Rule rule) => rule.Target switch
    {
        MasqueradeTarget { Random: SourcePortChoice.RandomFully } => "MASQUERADE --random-fully: the packet is marked",
        MasqueradeTarget => "MASQUERADE: the packet is marked",
        MarkTarget => "the mark is taken off, so that the packet is not masqueraded twice",
        _ => "unmarked packets leave as they are",
    };

    private static bool IsLocalDispatch(Rule rule) => rule.Target is JumpTarget jump && jump.Chain.StartsWith("KUBE-SVL-", StringComparison.Ordinal);

    private static string Destination(Rule rule) => PortOf(rule) is { Length: > 0 } port && rule.Destination is { } address
        ? new Net.IpEndpoint(address.Network.Address, ushort.Parse(port, CultureInfo.InvariantCulture)).ToString()
        : "the destination";

    private static string PortOf(Rule rule) => rule.Matches.OfType<PortMatch>().FirstOrDefault()?.DestinationPort is { } range ? range.ToString() : "";
}
