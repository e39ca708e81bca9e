using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>KUBE-SEP, which rewrites the destination to one endpoint: spec kube-proxy-iptables 3.6.</summary>
internal static class EndpointChainRules
{
    private const int DestinationNat = 1;

    /// <summary>The endpoint's chain, the same object for every node.</summary>
    public static Chain Of(EndpointInfo endpoint, ServicePortRulesBuilder rules, RuleContext context) =>
        endpoint.SharedChain(Make, (rules, context.OmitsComments), IsUsable);

    private static Chain Make(EndpointInfo endpoint, (ServicePortRulesBuilder Rules, bool OmitsComments) to)
    {
        (ServicePortRulesBuilder rules, bool omitsComments) = to;
        PortMatch protocol = RuleParts.AnyPort(rules.Port.Protocol);
        RecentMatch? remember = rules.Port.AffinitySeconds is null ? null : new RecentMatch(RecentMode.Set, endpoint.ChainName);
        var hairpin = new Rule
        {
            Source = new AddressMatch(IpCidr.Host(endpoint.Endpoint.Address)),
            Matches = omitsComments ? [] : [rules.Comment],
            Target = RuleParts.MarkMasquerade,
        };
        var rewrite = new Rule
        {
            Protocol = rules.Protocol,
            Matches = (omitsComments, remember) switch
            {
                (true, null) => [protocol],
                (true, _) => [remember, protocol],
                (false, null) => [rules.Comment, protocol],
                (false, _) => [rules.Comment, remember, protocol],
            },
            Target = new DnatTarget(endpoint.Endpoint.Address, new PortRange(endpoint.Endpoint.Port)),
        };
        return new Chain(endpoint.ChainName, null, [hairpin, rewrite]) { Owner = rules.Port.Name };
    }

    /// <summary>A chain differs between syncs only by its comments (large clusters) and by session affinity.</summary>
    private static bool IsUsable(Chain chain, (ServicePortRulesBuilder Rules, bool OmitsComments) to)
    {
        EquatableArray<Match> matches = chain.Rules[DestinationNat].Matches;
        bool remembers = false, hasComment = matches[0] is CommentMatch;
        foreach (Match match in matches) remembers |= match is RecentMatch;
        return hasComment != to.OmitsComments && remembers == to.Rules.Port.AffinitySeconds is not null;
    }
}
