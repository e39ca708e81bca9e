using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>KUBE-EXT, the way in for external traffic: rules X of spec kube-proxy-iptables 3.5.</summary>
internal static class ExternalChainRules
{
    public static void Write(ServicePortRulesBuilder rules, RuleContext context, ServiceFacts facts)
    {
        ServiceChainNames names = rules.Port.Chains;
        List<Rule> chain = rules.Declare(names.External);
        if (!rules.Port.ExternalPolicyLocal)
        {
            chain.Add(new Rule
            {
                Matches = [new CommentMatch($"masquerade traffic for {rules.Text} external destinations")],
                Target = RuleParts.MarkMasquerade,
            });
        }
        else
        {
            JumpTarget toCluster = rules.JumpTo(names.Cluster);
            if (context.Detector is { } detector)
            {
                chain.Add(detector.IfLocal(new Rule
                {
                    Matches = [new CommentMatch($"pod traffic for {rules.Text} external destinations")],
                    Target = toCluster,
                }));
            }

            chain.Add(new Rule
            {
                Matches = [new CommentMatch($"masquerade LOCAL traffic for {rules.Text} external destinations"), RuleParts.FromLocalAddress],
                Target = RuleParts.MarkMasquerade,
            });
            chain.Add(new Rule
            {
                Matches = [new CommentMatch($"route LOCAL traffic for {rules.Text} external destinations"), RuleParts.FromLocalAddress],
                Target = toCluster,
            });
        }

        if (facts.HasExternal) chain.Add(new Rule { Target = rules.JumpTo(facts.ExternalPolicyChain) });
    }
}
