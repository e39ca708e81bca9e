using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NodePortSim.Net;

namespace NodePortSim.Iptables;

/// <summary>All tables of one family in one network namespace: what <c>iptables-save</c> or <c>ip6tables-save</c> prints. Immutable; thread-safe.</summary>
public sealed class RuleSet
{
    private readonly ImmutableSortedDictionary<IptablesTable, TableRules> _tables;

    private RuleSet(IpFamily family, ImmutableSortedDictionary<IptablesTable, TableRules> tables)
    {
        Family = family;
        _tables = tables;
    }

    /// <summary>The family whose packets the rules see.</summary>
    public IpFamily Family { get; }

    /// <summary>The tables that exist, in the order of <see cref="IptablesTable"/>.</summary>
    public IEnumerable<TableRules> Tables => _tables.Values;

    /// <summary>A rule set without any table, as in a new network namespace.</summary>
    /// <param name="family">The family.</param>
    public static RuleSet Empty(IpFamily family) => new(family, ImmutableSortedDictionary<IptablesTable, TableRules>.Empty);

    /// <summary>The rules of one table, or null where it does not exist.</summary>
    /// <param name="table">The table.</param>
    public TableRules? this[IptablesTable table] => _tables.GetValueOrDefault(table);

    /// <summary>This rule set with one table added or replaced.</summary>
    /// <param name="table">The table's rules.</param>
    public RuleSet With(TableRules table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new RuleSet(Family, _tables.SetItem(table.Table, table));
    }
}

/// <summary>The chains of one table. Immutable; thread-safe.</summary>
public sealed class TableRules
{
    private readonly Dictionary<string, Chain> _chains;
    private Chain[]? _userChains;

    /// <summary>Makes a table of its chains; built-in chains that are not given are empty with policy ACCEPT.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chains">The chains; of two with one name the later one counts.</param>
    public TableRules(IptablesTable table, IEnumerable<Chain> chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        Table = table;
        _chains = new Dictionary<string, Chain>(StringComparer.Ordinal);
        foreach (string name in table.BuiltInChains()) _chains[name] = new Chain(name, ChainPolicy.Accept, []);
        foreach (Chain chain in chains) _chains[chain.Name] = chain;
    }

    /// <summary>Which table this is.</summary>
    public IptablesTable Table { get; }

    /// <summary>The number of chains, built-in ones included.</summary>
    public int ChainCount => _chains.Count;

    /// <summary>The chains as <c>iptables-save</c> lists them: the built-in ones in the table's order, then the others by name (bytes).</summary>
    public IEnumerable<Chain> Chains => Table.BuiltInChains().Select(name => _chains[name]).Concat(UserChains());

    /// <summary>Looks a chain up by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="chain">The chain, where there is one.</param>
    public bool TryGetChain(string name, [NotNullWhen(true)] out Chain? chain) => _chains.TryGetValue(name, out chain);

    private Chain[] UserChains()
    {
        if (_userChains is { } known) return known;
        Chain[] chains = [.. _chains.Values.Where(static chain => !chain.IsBuiltIn)];
        Array.Sort(chains, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return _userChains = chains;
    }
}
