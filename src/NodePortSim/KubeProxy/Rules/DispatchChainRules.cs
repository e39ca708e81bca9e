using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>KUBE-SVC and KUBE-SVL, which choose an endpoint: rules I and S of spec kube-proxy-iptables 3.5 and 3.6.</summary>
internal static class DispatchChainRules
{
    public static void Write(
        ServicePortRulesBuilder rules, RuleContext context, ServiceFacts facts, string name, EquatableArray<EndpointInfo> endpoints)
    {
        List<Rule> chain = rules.Declare(name);
        if (facts.HasInternal && name == facts.InternalChain && MasqueradeClusterTraffic(rules, context) is { } masquerade)
        {
            chain.Add(masquerade);
            rules.LeadingChain = name;
        }

        if (endpoints.IsEmpty)
        {
            // Level 1.24 only: later ones have no chain without endpoints.
            chain.Add(new Rule { Matches = [new CommentMatch($"{rules.Text} has no local endpoints")], Target = RuleParts.MarkDrop });
            return;
        }

        Choose(chain, rules, context, endpoints, endpoint => $"{rules.Text} -> {endpoint.Text}");
    }

    /// <summary>Rules I1 and I2: replies to clients outside the cluster, or to all, must come back through this node.</summary>
    public static Rule? MasqueradeClusterTraffic(ServicePortRulesBuilder rules, RuleContext context)
    {
        if (!context.MasqueradeAll && context.Detector is null) return null;
        Rule rule = rules.To(rules.Port.ClusterIP, $"{rules.Text} cluster IP", RuleParts.MarkMasquerade);
        return context.MasqueradeAll ? rule : context.Detector!.IfNotLocal(rule);
    }

    /// <summary>First the endpoint that a client had before, where affinity asks for it; then each with an equal chance.</summary>
    public static void Choose(
        List<Rule> chain, ServicePortRulesBuilder rules, RuleContext context, EquatableArray<EndpointInfo> endpoints, Func<EndpointInfo, string> comment)
    {
        int count = endpoints.Count;
        CommentMatch?[] comments = new CommentMatch?[count];
        if (!context.OmitsComments)
            for (int i = 0; i < count; i++) comments[i] = new CommentMatch(comment(endpoints[i]));

        if (rules.Port.AffinitySeconds is { } seconds)
        {
            for (int i = 0; i < count; i++)
            {
                string name = endpoints[i].ChainName;
                var seen = new RecentMatch(RecentMode.Check, name) { Seconds = seconds, Reap = true };
                chain.Add(new Rule { Matches = Matches(comments[i], seen), Target = rules.JumpTo(name) });
            }
        }

        for (int i = 0; i < count; i++)
        {
            StatisticMatch? chance = i < count - 1 ? RuleParts.Chance(count - i) : null;
            chain.Add(new Rule { Matches = Matches(comments[i], chance), Target = rules.JumpTo(endpoints[i].ChainName) });
        }
    }

    private static EquatableArray<Match> Matches(CommentMatch? comment, Match? match) =>
        comment is null ? match is null ? [] : [match]
        : match is null ? [comment] : [comment, match];
}
