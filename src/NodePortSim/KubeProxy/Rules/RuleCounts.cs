namespace NodePortSim.KubeProxy.Rules;

/// <summary>How many chains and rules of its own a service port has, told without making them.</summary>
internal static class RuleCounts
{
    private const int RulesOfEndpoint = 2;

    /// <summary>The number of chains that <see cref="RuleCompiler.Chains"/> makes.</summary>
    public static int Chains(ServicePortInfo port, RuleContext context, EndpointSelection selection)
    {
        if (!selection.HasAnywhere) return 0;
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains)
            return Count(!port.LoadBalancerIPs.IsEmpty) + 1 + Count(port.ExternalPolicyLocal) + selection.Reachable.Count;
        ServiceFacts facts = ServiceFacts.Of(port, selection, context.Level);
        return Count(facts.UsesExternal) + Count(facts.UsesFirewall) + Count(facts.UsesCluster) + Count(facts.UsesLocal) + selection.Reachable.Count;
    }

    /// <summary>The number of rules in those chains.</summary>
    public static int Rules(ServicePortInfo port, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        if (!selection.HasAnywhere) return 0;
        int count = RulesOfEndpoint * selection.Reachable.Count;
        int masquerade = Count(context.MasqueradeAll || context.Detector is not null);
        if (context.Level.ExternalRouting == ExternalRouting.LoadBalancerChains)
        {
            int forOneAddress = Count(!port.ExternalPolicyLocal) + Math.Max(1, port.SourceRanges.Count) + Count(nodeIsInSourceRanges) + 1;
            count += port.LoadBalancerIPs.Count * forOneAddress + masquerade + Dispatch(port, selection.Cluster.Count);
            return port.ExternalPolicyLocal
                ? count + Count(context.Detector is not null) + 2 + Math.Max(1, Dispatch(port, selection.Local.Count))
                : count + port.ExternalIPs.Count + Count(port.NodePort != 0);
        }

        ServiceFacts facts = ServiceFacts.Of(port, selection, context.Level);
        if (facts.UsesExternal) count += (port.ExternalPolicyLocal ? Count(context.Detector is not null) + 2 : 1) + Count(facts.HasExternal);
        if (facts.UsesFirewall) count += port.SourceRanges.Count + (nodeIsInSourceRanges ? port.LoadBalancerIPs.Count : 0) + 1;
        if (facts.UsesCluster) count += Math.Max(1, Dispatch(port, selection.Cluster.Count)) + Leading(facts, port.Chains.Cluster, masquerade);
        if (facts.UsesLocal) count += Math.Max(1, Dispatch(port, selection.Local.Count)) + Leading(facts, port.Chains.Local, masquerade);
        return count;
    }

    private static int Dispatch(ServicePortInfo port, int endpoints) => port.AffinitySeconds is null ? endpoints : 2 * endpoints;

    private static int Leading(ServiceFacts facts, string chain, int masquerade) => facts.HasInternal && facts.InternalChain == chain ? masquerade : 0;

    private static int Count(bool condition) => condition ? 1 : 0;
}
