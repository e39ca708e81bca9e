using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The chains that are in place whatever services there are; nodes that are configured alike share them. Immutable; thread-safe.</summary>
internal sealed class FixedChains
{
    private readonly KubeProxyOptions _options;
    private readonly IpFamily _family;
    private readonly Dictionary<string, Chain> _filter, _nat;

    public FixedChains(KubeProxyOptions options, IpFamily family, NodeInfo node)
    {
        _options = options;
        _family = family;
        Rules = new FixedRules(options, family, node);
        Mangle = new TableRules(IptablesTable.Mangle, BaseChains.Of(IptablesTable.Mangle, family, options.Level));
        _filter = Standing(IptablesTable.Filter);
        _nat = Standing(IptablesTable.Nat);
    }

    public FixedRules Rules { get; }

    public TableRules Mangle { get; }

    /// <summary>Whether another node's are the same.</summary>
    public bool AreAlso(FixedChains other) =>
        ReferenceEquals(this, other)
        || _family == other._family
        && (ReferenceEquals(_options, other._options) || _options == other._options)
        && Rules.NatLast.AsSpan().SequenceEqual(other.Rules.NatLast);

    /// <summary>The chains of filter or nat that hold no service's entries.</summary>
    public IReadOnlyDictionary<string, Chain> StandingChains(IptablesTable table) => table == IptablesTable.Nat ? _nat : _filter;

    /// <summary>The names of the other fixed chains: those that services have entries in.</summary>
    public IEnumerable<string> EntryChains(IptablesTable table) => Names(table).Where(HasEntries);

    /// <summary>The rules of a fixed chain that stand before and after those of services.</summary>
    public (EntryRule[] First, EntryRule[] Last) RulesAround(IptablesTable table) =>
        table == IptablesTable.Nat ? (Rules.NatFirst, Rules.NatLast) : (Rules.FilterFirst, Rules.FilterLast);

    private static bool HasEntries(string chain) =>
        chain is ChainNames.Services or ChainNames.ExternalServices or ChainNames.NodePorts or ChainNames.ProxyFirewall;

    private string[] Names(IptablesTable table) => table == IptablesTable.Nat ? Rules.NatChains : Rules.FilterChains;

    private Dictionary<string, Chain> Standing(IptablesTable table)
    {
        Dictionary<string, Chain> chains = new(StringComparer.Ordinal);
        foreach (string name in table.BuiltInChains()) chains[name] = new Chain(name, ChainPolicy.Accept, []);
        foreach (Chain chain in BaseChains.Of(table, _family, _options.Level)) chains[chain.Name] = chain;
        (EntryRule[] first, EntryRule[] last) = RulesAround(table);
        foreach (string name in Names(table))
        {
            if (HasEntries(name)) continue;
            chains[name] = new Chain(name, null, first.Concat(last).Where(entry => entry.Chain == name).Select(static entry => entry.Rule).ToEquatableArray());
        }

        return chains;
    }
}
