using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>What no restore text holds: the jumps from the built-in chains, the canaries, and the kubelet's chains that old levels need
/// (spec kube-proxy-iptables 3.1, 3.2 and 9).</summary>
internal static class BaseChains
{
    private const string Portals = "kubernetes service portals";
    private const string ExternalPortals = "kubernetes externally-visible service portals";
    private const string LoadBalancerFirewall = "kubernetes load balancer firewall";

    /// <summary>One jump; kube-proxy inserts each at the top of its chain, in this order.</summary>
    private sealed record Jump(IptablesTable Table, string To, string From, bool OnlyNew, string? Comment);

    private static readonly Jump[] Jumps =
    [
        new(IptablesTable.Filter, ChainNames.ExternalServices, "INPUT", true, ExternalPortals),
        new(IptablesTable.Filter, ChainNames.ExternalServices, "FORWARD", true, ExternalPortals),
        new(IptablesTable.Filter, ChainNames.NodePorts, "INPUT", false, "kubernetes health check service ports"),
        new(IptablesTable.Filter, ChainNames.Services, "FORWARD", true, Portals),
        new(IptablesTable.Filter, ChainNames.Services, "OUTPUT", true, Portals),
        new(IptablesTable.Filter, ChainNames.Forward, "FORWARD", false, "kubernetes forwarding rules"),
        new(IptablesTable.Filter, ChainNames.ProxyFirewall, "INPUT", true, LoadBalancerFirewall),
        new(IptablesTable.Filter, ChainNames.ProxyFirewall, "OUTPUT", true, LoadBalancerFirewall),
        new(IptablesTable.Filter, ChainNames.ProxyFirewall, "FORWARD", true, LoadBalancerFirewall),
        new(IptablesTable.Nat, ChainNames.Services, "OUTPUT", false, Portals),
        new(IptablesTable.Nat, ChainNames.Services, "PREROUTING", false, Portals),
        new(IptablesTable.Nat, ChainNames.Postrouting, "POSTROUTING", false, "kubernetes postrouting rules"),
        new(IptablesTable.Filter, ChainNames.Firewall, "INPUT", false, null),
        new(IptablesTable.Filter, ChainNames.Firewall, "OUTPUT", false, null),
    ];

    /// <summary>The chains of a table that stand before the first sync has written anything into the others.</summary>
    public static IEnumerable<Chain> Of(IptablesTable table, IpFamily family, KubeProxyLevel level)
    {
        foreach (string builtIn in table.BuiltInChains())
            if (JumpsFrom(table, builtIn, level) is { Count: > 0 } rules) yield return new Chain(builtIn, ChainPolicy.Accept, rules);
        yield return new Chain(ChainNames.Canary, null, []);
        if (table == IptablesTable.Filter) yield return new Chain(ChainNames.Firewall, null, level.OwnsFirewallChain ? [] : KubeletFirewall(family));
        if (table == IptablesTable.Nat && MarksDrop(level))
            yield return new Chain(ChainNames.MarkDrop, null, [new Rule { Target = MarkTarget.Or(DropMark) }]);
    }

    private const uint DropMark = 0x8000;

    private static bool MarksDrop(KubeProxyLevel level) => level.ExternalRouting != ExternalRouting.ExternalChains;

    private static EquatableArray<Rule> JumpsFrom(IptablesTable table, string builtIn, KubeProxyLevel level)
    {
        var rules = new List<Rule>();
        foreach (Jump jump in Jumps)
        {
            if (jump.Table != table || jump.From != builtIn) continue;
            if (jump.To == ChainNames.ProxyFirewall && MarksDrop(level)) continue;

            // The kubelet's jump is older than kube-proxy's, and so stands below them.
            if (jump.To == ChainNames.Firewall && !level.OwnsFirewallChain) rules.Add(RuleOf(jump));
            else rules.Insert(0, RuleOf(jump));
        }

        return rules.ToEquatableArray();
    }

    private static Rule RuleOf(Jump jump)
    {
        var matches = new List<Match>();
        if (jump.OnlyNew) matches.Add(new ConntrackMatch(ConntrackStates.New));
        if (jump.Comment is not null) matches.Add(new CommentMatch(jump.Comment));
        return new Rule { Matches = matches.ToEquatableArray(), Target = new JumpTarget(jump.To) };
    }

    private static EquatableArray<Rule> KubeletFirewall(IpFamily family)
    {
        var dropMarked = new Rule
        {
            Matches = [new CommentMatch("kubernetes firewall for dropping marked packets"), new MarkMatch(DropMark, DropMark)],
            Target = RuleParts.Drop,
        };
        return family == IpFamily.IPv4 ? [dropMarked, FixedRules.LocalnetRule] : [dropMarked];
    }
}
