using NodePortSim.KubeProxy;

namespace NodePortSim.Simulation.Explanations;

/// <summary>One sentence for each reason that kube-proxy has to write a rule.</summary>
internal static class RuleSentences
{
    public static string Of(RuleOrigin origin, string chain) => origin.Reason switch
    {
        RuleReason.Hook => "a jump into kube-proxy's chains",
        RuleReason.ClusterIP => $"the destination is the cluster IP and port of {origin.ServicePort}",
        RuleReason.ExternalIP => $"the destination is an external IP and port of {origin.ServicePort}",
        RuleReason.LoadBalancerIP => $"the destination is a load balancer address and port of {origin.ServicePort}",
        RuleReason.NodePort => $"the destination port is the nodePort of {origin.ServicePort}",
        RuleReason.NodePorts => "the destination is an address of this node: it may be a nodePort",
        RuleReason.NoEndpoints => $"{origin.ServicePort} has no endpoints",
        RuleReason.NoLocalEndpoints => $"no endpoint of {origin.ServicePort} runs on this node, and the traffic policy is Local",
        RuleReason.NotInSourceRanges => $"the source is outside the loadBalancerSourceRanges of {origin.ServicePort}",
        RuleReason.InSourceRanges => $"the source is inside the loadBalancerSourceRanges of {origin.ServicePort}",
        RuleReason.HealthCheckNodePort => $"the destination port is the healthCheckNodePort of {origin.ServicePort?.Service}",
        RuleReason.InvalidState => "packets that belong to no connection are not forwarded",
        RuleReason.MarkedForMasquerade => "the packet is marked as service traffic, which may be forwarded",
        RuleReason.EstablishedAccepted => "the packet belongs to a known connection, which may be forwarded",
        RuleReason.LocalnetProtection => "loopback addresses are not reachable from outside",
        RuleReason.MarkMasquerade when chain.StartsWith("KUBE-EXT-", StringComparison.Ordinal) =>
            $"external traffic to {origin.ServicePort} is masqueraded, so that its answers come back through this node",
        RuleReason.MarkMasquerade when origin.ServicePort is not null =>
            $"the source is no pod of the cluster: its traffic to {origin.ServicePort} is masqueraded",
        RuleReason.MarkMasquerade => "the packet is marked for masquerading",
        RuleReason.MarkDrop => "the packet is marked for dropping",
        RuleReason.Masquerade => "marked packets are masqueraded, others leave as they are",
        RuleReason.LocalTraffic => $"traffic of pods or of this node to {origin.ServicePort} may use every endpoint",
        RuleReason.ExternalTraffic => $"external traffic to {origin.ServicePort} goes to the endpoints that its policy allows",
        RuleReason.SessionAffinity => $"the client was sent to {origin.Endpoint} before (sessionAffinity ClientIP)",
        RuleReason.LoadBalancing => $"an endpoint of {origin.ServicePort}: {origin.Endpoint}",
        RuleReason.Hairpin => $"the endpoint {origin.Endpoint} reaches itself through the Service: the flow is masqueraded",
        RuleReason.DestinationNat => $"the destination becomes the endpoint {origin.Endpoint}",
        _ => origin.Reason.ToString(),
    };
}
