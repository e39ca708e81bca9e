using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.KubeProxy.Rules;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>Looks up where chains and rules come from; built when an explanation first asks. Immutable; thread-safe.</summary>
internal sealed class RuleOrigins
{
    private static readonly ChainOrigin FixedChain = new(ChainRole.Fixed);
    private readonly HashSet<string> _fixedChains = new(StringComparer.Ordinal);
    private readonly NodeRules _rules;

    // By value: nodes whose rules are the same hold one node's objects.
    private Dictionary<(string Chain, Rule Rule), RuleOrigin>? _entries;

    public RuleOrigins(NodeRules rules)
    {
        _rules = rules;
        _fixedChains.UnionWith([.. rules.Around.Rules.FilterChains, .. rules.Around.Rules.NatChains, ChainNames.Canary, ChainNames.Firewall]);
    }

    public ChainOrigin? Of(IptablesTable table, string chain)
    {
        if (_fixedChains.Contains(chain)) return FixedChain;
        return table == IptablesTable.Nat ? OfServiceChain(chain, null) : null;
    }

    public RuleOrigin? Of(IptablesTable table, string chain, Rule rule)
    {
        if (EntryOf(chain, rule) is { } entry) return entry;
        if (table == IptablesTable.Nat && OfServiceChain(chain, (rule.Target as JumpTarget)?.Place) is { } origin) return InOwnChain(origin, rule);
        if (chain == ChainNames.MarkDrop) return new RuleOrigin(RuleReason.MarkDrop);
        return rule.Target is JumpTarget jump && _fixedChains.Contains(jump.Chain) && table.BuiltInChains().Contains(chain) ? new RuleOrigin(RuleReason.Hook) : null;
    }

    private RuleOrigin? EntryOf(string chain, Rule rule)
    {
        if (!_fixedChains.Contains(chain)) return null;

        // Whose the rule is, its jump says; only of the others all have to be known.
        if (rule.Target is JumpTarget { Place: ServicePortName name } && _rules.Services[name] is { } service)
        {
            foreach (EntryRule entry in (ReadOnlySpan<EntryRule>)[.. service.NatEntries, .. service.FilterEntries])
                if (entry.Chain == chain && entry.Rule == rule) return new RuleOrigin(entry.Reason, name);
        }

        return (_entries ??= AllEntries()).GetValueOrDefault((chain, rule));
    }

    private Dictionary<(string Chain, Rule Rule), RuleOrigin> AllEntries()
    {
        Dictionary<(string Chain, Rule Rule), RuleOrigin> all = [];
        FixedRules around = _rules.Around.Rules;
        foreach (EntryRule[] entries in (ReadOnlySpan<EntryRule[]>)[around.FilterFirst, around.FilterLast, around.NatFirst, around.NatLast]) Add(all, entries, null);
        foreach (ServicePortRules service in _rules.Services.InOrder)
        {
            Add(all, service.FilterEntries, service.Port.Name);
            Add(all, service.NatEntries, service.Port.Name);
        }

        return all;
    }

    /// <summary>Where a service port's own chain comes from, or null.</summary>
    private ChainOrigin? OfServiceChain(string chain, object? place)
    {
        ServicePortRules? service = place is ServicePortName known ? _rules.Services[known] : null;
        if (service is null || !service.ChainNames.Contains(chain)) service = _rules.ServiceOf(chain);
        if (service is null || !service.ChainNames.Contains(chain)) return null;
        if (!chain.StartsWith(ChainNames.EndpointPrefix, StringComparison.Ordinal))
            return new ChainOrigin(RoleOf(chain, service.Port.Chains), service.Port.Name);
        foreach (EndpointInfo endpoint in service.Selection.Reachable)
            if (endpoint.ChainName == chain) return new ChainOrigin(ChainRole.Endpoint, service.Port.Name, endpoint.Endpoint);
        return null;
    }

    private RuleOrigin InOwnChain(ChainOrigin chain, Rule rule)
    {
        IpEndpoint? endpoint = chain.Endpoint;
        if (rule.Target is JumpTarget jump) endpoint ??= OfServiceChain(jump.Chain, jump.Place)?.Endpoint;
        return new RuleOrigin(ReasonOf(chain.Role, rule, endpoint), chain.ServicePort, endpoint);
    }

    private static RuleReason ReasonOf(ChainRole role, Rule rule, IpEndpoint? endpoint)
    {
        if (role == ChainRole.Endpoint) return rule.Target is DnatTarget ? RuleReason.DestinationNat : RuleReason.Hairpin;
        if (endpoint is not null) return rule.Matches.Any(static match => match is RecentMatch) ? RuleReason.SessionAffinity : RuleReason.LoadBalancing;
        if (rule.Target is JumpTarget { Chain: ChainNames.MarkMasquerade }) return RuleReason.MarkMasquerade;
        if (role == ChainRole.Firewall) return rule.Target is JumpTarget and not { Chain: ChainNames.MarkDrop } ? RuleReason.InSourceRanges : RuleReason.NotInSourceRanges;
        if (rule.Target is JumpTarget { Chain: ChainNames.MarkDrop }) return RuleReason.NoLocalEndpoints;
        return rule.Matches.IsEmpty ? RuleReason.ExternalTraffic : RuleReason.LocalTraffic;
    }

    private static void Add(Dictionary<(string Chain, Rule Rule), RuleOrigin> all, EntryRule[] entries, ServicePortName? service)
    {
        foreach (EntryRule entry in entries) all[(entry.Chain, entry.Rule)] = new RuleOrigin(entry.Reason, service);
    }

    private static ChainRole RoleOf(string chain, ServiceChainNames names) =>
        chain == names.Cluster ? ChainRole.ClusterDispatch
        : chain == names.Local ? ChainRole.LocalDispatch
        : chain == names.Firewall ? ChainRole.Firewall
        : chain == names.LoadBalancer ? ChainRole.LoadBalancer
        : ChainRole.External;
}
