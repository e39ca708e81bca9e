using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The rules of a service port in the fixed chains: rules A to E of spec kube-proxy-iptables 3.5.</summary>
internal static class ServiceEntryRules
{
    public static void Write(ServicePortRulesBuilder rules, RuleContext context, ServiceFacts facts)
    {
        ServicePortInfo port = rules.Port;
        Refusal? external = facts.HasExternal ? null : Refusal.Of(rules, facts);
        WriteClusterIP(rules, facts);
        WriteExternalIPs(rules, facts, external);
        WriteLoadBalancerIPs(rules, context, facts, external);
        if (port.NodePort != 0) WriteNodePort(rules, context, facts, external);
        if (port.HealthCheckNodePort != 0) WriteHealthCheckNodePort(rules);
    }

    /// <summary>Rule E1, always of TCP.</summary>
    public static void WriteHealthCheckNodePort(ServicePortRulesBuilder rules) => rules.Filter(
        ChainNames.NodePorts,
        new Rule
        {
            Protocol = RuleParts.Protocol(Protocol.Tcp),
            Matches = [new CommentMatch($"{rules.Text} health check node port"), RuleParts.Port(Protocol.Tcp, rules.Port.HealthCheckNodePort)],
            Target = RuleParts.Accept,
        },
        RuleReason.HealthCheckNodePort);

    private static void WriteClusterIP(ServicePortRulesBuilder rules, ServiceFacts facts)
    {
        ServicePortInfo port = rules.Port;
        if (facts.HasInternal)
        {
            rules.Nat(ChainNames.Services, rules.To(port.ClusterIP, $"{rules.Text} cluster IP", rules.JumpTo(facts.InternalChain)), RuleReason.ClusterIP);
            return;
        }

        Refusal refusal = Refusal.Of(rules, facts);
        rules.Filter(ChainNames.Services, rules.To(port.ClusterIP, refusal.Comment, refusal.Target), refusal.Reason);
    }

    private static void WriteExternalIPs(ServicePortRulesBuilder rules, ServiceFacts facts, Refusal? refusal)
    {
        ServicePortInfo port = rules.Port;
        if (port.ExternalIPs.IsEmpty) return;
        JumpTarget jump = rules.JumpTo(port.Chains.External);
        foreach (IpAddr address in port.ExternalIPs)
        {
            if (facts.HasEndpoints) rules.Nat(ChainNames.Services, rules.To(address, $"{rules.Text} external IP", jump), RuleReason.ExternalIP);
            if (refusal is not null) rules.Filter(ChainNames.ExternalServices, rules.To(address, refusal.Comment, refusal.Target), refusal.Reason);
        }
    }

    private static void WriteLoadBalancerIPs(ServicePortRulesBuilder rules, RuleContext context, ServiceFacts facts, Refusal? refusal)
    {
        ServicePortInfo port = rules.Port;
        if (port.LoadBalancerIPs.IsEmpty) return;
        JumpTarget jump = rules.JumpTo(facts.UsesFirewall ? port.Chains.Firewall : port.Chains.External);
        string dropped = $"{rules.Text} traffic not accepted by {port.Chains.Firewall}";

        // Level 1.24 drops by a mark at the end of KUBE-FW instead.
        bool drops = facts.UsesFirewall && context.Level.ExternalRouting == ExternalRouting.ExternalChains;
        foreach (IpAddr address in port.LoadBalancerIPs)
        {
            if (facts.HasEndpoints) rules.Nat(ChainNames.Services, rules.To(address, $"{rules.Text} loadbalancer IP", jump), RuleReason.LoadBalancerIP);
            if (drops) rules.Filter(ChainNames.ProxyFirewall, rules.To(address, dropped, RuleParts.Drop), RuleReason.NotInSourceRanges);
        }

        if (refusal is null) return;
        foreach (IpAddr address in port.LoadBalancerIPs)
            rules.Filter(ChainNames.ExternalServices, rules.To(address, refusal.Comment, refusal.Target), refusal.Reason);
    }

    private static void WriteNodePort(ServicePortRulesBuilder rules, RuleContext context, ServiceFacts facts, Refusal? refusal)
    {
        ServicePortInfo port = rules.Port;
        PortMatch nodePort = RuleParts.Port(port.Protocol, port.NodePort);
        if (facts.HasEndpoints)
        {
            var any = new Rule { Protocol = rules.Protocol, Matches = [rules.Comment, nodePort], Target = rules.JumpTo(port.Chains.External) };
            if (context.CountsLocalhostNodePorts)
            {
                Rule counted = any with
                {
                    Destination = RuleParts.ToLoopback,
                    Matches = [rules.Comment, nodePort, RuleParts.LocalhostNodePortsCounter],
                };
                rules.Nat(ChainNames.NodePorts, counted, RuleReason.NodePort);
            }

            rules.Nat(ChainNames.NodePorts, any, RuleReason.NodePort);
        }

        if (refusal is not null) rules.Filter(ChainNames.ExternalServices, refusal.AtNodePort(rules, nodePort), refusal.Reason);
    }
}
