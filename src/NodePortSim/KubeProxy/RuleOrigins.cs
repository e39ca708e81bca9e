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
    private readonly Dictionary<string, ChainOrigin> _chains = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fixedChains = new(StringComparer.Ordinal);
    private readonly Dictionary<Rule, RuleOrigin> _entries = new(ReferenceEqualityComparer.Instance);

    /// <summary>By value: nodes with equal rules share one rule set, whose fixed rules are another node's objects.</summary>
    private readonly Dictionary<(IptablesTable Table, Rule Rule), RuleOrigin> _fixed = [];

    public RuleOrigins(RuleAssembly assembly)
    {
        AddFixed(IptablesTable.Filter, assembly.Fixed.FilterFirst, assembly.Fixed.FilterLast);
        AddFixed(IptablesTable.Nat, assembly.Fixed.NatFirst, assembly.Fixed.NatLast);
        _fixedChains.UnionWith([.. assembly.Fixed.FilterChains, .. assembly.Fixed.NatChains, ChainNames.Canary, ChainNames.Firewall]);
        foreach (ServicePortRules service in assembly.Services)
        {
            AddEntries(service.FilterEntries, service.Port.Name);
            AddEntries(service.NatEntries, service.Port.Name);
            AddChains(service);
        }
    }

    public ChainOrigin? Of(IptablesTable table, string chain)
    {
        if (table == IptablesTable.Nat && _chains.TryGetValue(chain, out ChainOrigin? origin)) return origin;
        return _fixedChains.Contains(chain) ? FixedChain : null;
    }

    public RuleOrigin? Of(IptablesTable table, string chain, Rule rule)
    {
        if (_entries.TryGetValue(rule, out RuleOrigin? entry) || _fixed.TryGetValue((table, rule), out entry)) return entry;
        if (table == IptablesTable.Nat && _chains.TryGetValue(chain, out ChainOrigin? origin)) return InOwnChain(origin, rule);
        if (chain == ChainNames.MarkDrop) return new RuleOrigin(RuleReason.MarkDrop);
        return rule.Target is JumpTarget jump && _fixedChains.Contains(jump.Chain) && table.BuiltInChains().Contains(chain) ? new RuleOrigin(RuleReason.Hook) : null;
    }

    private RuleOrigin InOwnChain(ChainOrigin chain, Rule rule)
    {
        IpEndpoint? endpoint = chain.Endpoint;
        if (rule.Target is JumpTarget jump && _chains.TryGetValue(jump.Chain, out ChainOrigin? target)) endpoint ??= target.Endpoint;
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

    private void AddFixed(IptablesTable table, params ReadOnlySpan<EntryRule[]> parts)
    {
        foreach (EntryRule[] entries in parts)
            foreach (EntryRule entry in entries) _fixed[(table, entry.Rule)] = new RuleOrigin(entry.Reason);
    }

    private void AddEntries(EntryRule[] entries, ServicePortName? service)
    {
        foreach (EntryRule entry in entries) _entries[entry.Rule] = new RuleOrigin(entry.Reason, service);
    }

    private void AddChains(ServicePortRules service)
    {
        ServiceChainNames names = service.Port.Chains;
        ServicePortName name = service.Port.Name;
        var endpoints = new Dictionary<string, IpEndpoint>(StringComparer.Ordinal);
        foreach (EndpointInfo endpoint in service.Selection.Reachable) endpoints[endpoint.ChainName] = endpoint.Endpoint;
        foreach (Chain chain in service.Chains)
        {
            _chains[chain.Name] = endpoints.TryGetValue(chain.Name, out IpEndpoint endpoint)
                ? new ChainOrigin(ChainRole.Endpoint, name, endpoint)
                : new ChainOrigin(RoleOf(chain.Name, names), name);
        }
    }

    private static ChainRole RoleOf(string chain, ServiceChainNames names) =>
        chain == names.Cluster ? ChainRole.ClusterDispatch
        : chain == names.Local ? ChainRole.LocalDispatch
        : chain == names.Firewall ? ChainRole.Firewall
        : chain == names.LoadBalancer ? ChainRole.LoadBalancer
        : ChainRole.External;
}
