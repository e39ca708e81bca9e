using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>Writes the rules of one service port, in the order of the text (spec kube-proxy-iptables 3.5).</summary>
internal static class RuleCompiler
{
    /// <summary>The rules of the service port in the fixed chains.</summary>
    public static (EntryRule[] Nat, EntryRule[] Filter) Entries(ServicePortInfo port, RuleContext context, EndpointSelection selection)
    {
        var rules = new ServicePortRulesBuilder(port);
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains) LoadBalancerChainRules.WriteEntries(rules, context, selection);
        else ServiceEntryRules.Write(rules, context, ServiceFacts.Of(port, selection, context.Level));
        return ([.. rules.NatEntries], [.. rules.FilterEntries]);
    }

    /// <summary>The service port's own chains.</summary>
    public static ServicePortRules.MadeChains Chains(ServicePortInfo port, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        if (!selection.HasAnywhere) return new ServicePortRules.MadeChains([], null);
        var rules = new ServicePortRulesBuilder(port);
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains)
            LoadBalancerChainRules.WriteChains(rules, context, selection, nodeIsInSourceRanges);
        else
            WriteChains(rules, context, selection, nodeIsInSourceRanges);
        foreach (EndpointInfo endpoint in selection.Reachable) rules.Add(EndpointChainRules.Of(endpoint, rules, context));
        return new ServicePortRules.MadeChains(rules.MakeChains(), rules.LeadingChain);
    }

    /// <summary>The names of what <see cref="Chains"/> makes, in its order.</summary>
    public static IEnumerable<string> NamesOfChains(ServicePortInfo port, RuleContext context, EndpointSelection selection)
    {
        if (!selection.HasAnywhere) yield break;
        ServiceChainNames names = port.Chains;
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains)
        {
            if (!port.LoadBalancerIPs.IsEmpty) yield return names.Firewall;
            yield return names.Cluster;
            if (port.ExternalPolicyLocal) yield return names.LoadBalancer;
        }
        else
        {
            ServiceFacts facts = ServiceFacts.Of(port, selection, context.Level);
            if (facts.UsesExternal) yield return names.External;
            if (facts.UsesFirewall) yield return names.Firewall;
            if (facts.UsesCluster) yield return names.Cluster;
            if (facts.UsesLocal) yield return names.Local;
        }

        for (int i = 0; i < selection.Reachable.Count; i++) yield return selection.Reachable[i].ChainName;
    }

    /// <summary>Whether the node's primary address is in a source range: then load balancer addresses may be sources too (rule W2).</summary>
    public static bool IsInSourceRanges(ServicePortInfo port, IpAddr? primaryAddress)
    {
        if (primaryAddress is not { } address || port.LoadBalancerIPs.IsEmpty) return false;
        foreach (IpCidr range in port.SourceRanges)
            if (range.Contains(address)) return true;
        return false;
    }

    /// <summary>In the order of declarations; the rule that masquerades cluster traffic is the first of its chain, and of the text.</summary>
    private static void WriteChains(ServicePortRulesBuilder rules, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        ServiceChainNames names = rules.Port.Chains;
        ServiceFacts facts = ServiceFacts.Of(rules.Port, selection, context.Level);
        if (facts.UsesExternal) ExternalChainRules.Write(rules, context, facts);
        if (facts.UsesFirewall) FirewallChainRules.Write(rules, context, nodeIsInSourceRanges);
        if (facts.UsesCluster) DispatchChainRules.Write(rules, context, facts, names.Cluster, selection.Cluster);
        if (facts.UsesLocal) DispatchChainRules.Write(rules, context, facts, names.Local, selection.Local);
    }
}
