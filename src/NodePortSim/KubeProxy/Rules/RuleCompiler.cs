using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>Writes the rules of one service port, in the order of the text (spec kube-proxy-iptables 3.5).</summary>
internal static class RuleCompiler
{
    public static ServicePortRules Compile(ServicePortInfo port, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        var rules = new ServicePortRulesBuilder(port);
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains)
            LoadBalancerChainRules.Write(rules, context, selection, nodeIsInSourceRanges);
        else
            WriteExternalChains(rules, context, selection, nodeIsInSourceRanges);
        return new ServicePortRules(context, selection, nodeIsInSourceRanges, port, rules);
    }

    /// <summary>Whether the node's primary address is in a source range: then load balancer addresses may be sources too (rule W2).</summary>
    public static bool IsInSourceRanges(ServicePortInfo port, IpAddr? primaryAddress)
    {
        if (primaryAddress is not { } address || port.LoadBalancerIPs.IsEmpty) return false;
        foreach (IpCidr range in port.SourceRanges)
            if (range.Contains(address)) return true;
        return false;
    }

    private static void WriteExternalChains(ServicePortRulesBuilder rules, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        ServicePortInfo port = rules.Port;
        ServiceFacts facts = ServiceFacts.Of(port, selection, context.Level);
        ServiceEntryRules.Write(rules, context, facts);
        if (!selection.HasAnywhere) return;

        // The order of declarations; the rule that masquerades cluster traffic is the first of its chain, and of the text.
        if (facts.UsesExternal) ExternalChainRules.Write(rules, context, facts);
        if (facts.UsesFirewall) FirewallChainRules.Write(rules, context, nodeIsInSourceRanges);
        if (facts.UsesCluster) DispatchChainRules.Write(rules, context, facts, port.Chains.Cluster, selection.Cluster);
        if (facts.UsesLocal) DispatchChainRules.Write(rules, context, facts, port.Chains.Local, selection.Local);
        foreach (EndpointInfo endpoint in selection.Reachable) rules.Add(EndpointChainRules.Of(endpoint, rules, context));
    }
}
