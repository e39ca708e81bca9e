using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The chains and rules that every sync writes, whatever services there are (spec kube-proxy-iptables 3.3 and 3.4).</summary>
internal sealed class FixedRules
{
    public FixedRules(KubeProxyOptions options, IpFamily family, NodeInfo node)
    {
        KubeProxyLevel level = options.Level;
        bool firewall = level.OwnsFirewallChain && options.UsesLocalhostNodePorts(family);
        List<string> filter = [ChainNames.Services, ChainNames.ExternalServices, ChainNames.Forward, ChainNames.NodePorts];
        if (level.ExternalRouting == ExternalRouting.ExternalChains) filter.Add(ChainNames.ProxyFirewall);
        if (firewall) filter.Add(ChainNames.Firewall);
        FilterChains = [.. filter];
        NatChains = [ChainNames.Services, ChainNames.NodePorts, ChainNames.Postrouting, ChainNames.MarkMasquerade];
        FilterFirst = firewall ? [new EntryRule(ChainNames.Firewall, LocalnetRule, RuleReason.LocalnetProtection)] : [];
        FilterLast = [.. Forwarding(options)];
        NatFirst = [.. Masquerading(options.MasqueradeMark)];
        NatLast = [.. NodePortJumps(options, family, node)];
    }

    /// <summary>The rule of KUBE-FIREWALL that keeps loopback addresses unreachable from outside.</summary>
    public static Rule LocalnetRule { get; } = new()
    {
        Source = new AddressMatch(RuleParts.IPv4Loopback, Inverted: true),
        Destination = RuleParts.ToLoopback,
        Matches =
        [
            new CommentMatch("block incoming localnet connections"),
            new ConntrackMatch(ConntrackStates.Related | ConntrackStates.Established | ConntrackStates.Dnat, Inverted: true),
        ],
        Target = RuleParts.Drop,
    };

    public string[] FilterChains { get; }

    public string[] NatChains { get; }

    public EntryRule[] FilterFirst { get; }

    public EntryRule[] FilterLast { get; }

    public EntryRule[] NatFirst { get; }

    public EntryRule[] NatLast { get; }

    private static IEnumerable<EntryRule> Masquerading(uint mark)
    {
        yield return new EntryRule(
            ChainNames.Postrouting, new Rule { Matches = [new MarkMatch(mark, mark, Inverted: true)], Target = RuleParts.Return }, RuleReason.Masquerade);
        yield return new EntryRule(ChainNames.Postrouting, new Rule { Target = MarkTarget.Xor(mark) }, RuleReason.Masquerade);
        var masquerade = new Rule
        {
            Matches = [new CommentMatch("kubernetes service traffic requiring SNAT")],
            Target = new MasqueradeTarget(Random: SourcePortChoice.RandomFully),
        };
        yield return new EntryRule(ChainNames.Postrouting, masquerade, RuleReason.Masquerade);
        yield return new EntryRule(ChainNames.MarkMasquerade, new Rule { Target = MarkTarget.Or(mark) }, RuleReason.MarkMasquerade);
    }

    private static IEnumerable<EntryRule> Forwarding(KubeProxyOptions options)
    {
        KubeProxyLevel level = options.Level;
        if (!(options.ConntrackTcpBeLiberal && level.HonoursConntrackBeLiberal))
        {
            var invalid = new ConntrackMatch(ConntrackStates.Invalid);
            bool counted = level.HasNfacctCounters && options.NfacctAvailable;
            var drop = new Rule { Matches = counted ? [invalid, new NfacctMatch(RuleParts.InvalidDroppedAccount)] : [invalid], Target = RuleParts.Drop };
            yield return new EntryRule(ChainNames.Forward, drop, RuleReason.InvalidState);
        }

        uint mark = options.MasqueradeMark;
        var marked = new Rule { Matches = [new CommentMatch("kubernetes forwarding rules"), new MarkMatch(mark, mark)], Target = RuleParts.Accept };
        yield return new EntryRule(ChainNames.Forward, marked, RuleReason.MarkedForMasquerade);
        string[] comments = level.ExternalRouting == ExternalRouting.LoadBalancerChains
            ? ["kubernetes forwarding conntrack pod source rule", "kubernetes forwarding conntrack pod destination rule"]
            : ["kubernetes forwarding conntrack rule"];
        foreach (string comment in comments)
        {
            var known = new Rule
            {
                Matches = [new CommentMatch(comment), new ConntrackMatch(ConntrackStates.Related | ConntrackStates.Established)],
                Target = RuleParts.Accept,
            };
            yield return new EntryRule(ChainNames.Forward, known, RuleReason.EstablishedAccepted);
        }
    }

    private static IEnumerable<EntryRule> NodePortJumps(KubeProxyOptions options, IpFamily family, NodeInfo node)
    {
        var comment = new CommentMatch("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
        var jump = new JumpTarget(ChainNames.NodePorts);
        bool excludesLoopback = options.Level.HasLocalhostNodePortsOption && !options.UsesLocalhostNodePorts(family);
        if (options.NodePortAddresses.MatchAll(family))
        {
            IpCidr loopback = family == IpFamily.IPv4 ? RuleParts.IPv4Loopback : RuleParts.IPv6Loopback;
            var all = new Rule
            {
                Destination = excludesLoopback ? new AddressMatch(loopback, Inverted: true) : null,
                Matches = [comment, RuleParts.ToLocalAddress],
                Target = jump,
            };
            yield return new EntryRule(ChainNames.Services, all, RuleReason.NodePorts);
            yield break;
        }

        foreach (IpAddr address in options.NodePortAddresses.Of(family, node).ToArray())
        {
            if (excludesLoopback && address.IsLoopback) continue;
            var one = new Rule { Destination = new AddressMatch(IpCidr.Host(address)), Matches = [comment], Target = jump };
            yield return new EntryRule(ChainNames.Services, one, RuleReason.NodePorts);
        }
    }
}
