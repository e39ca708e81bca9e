using System.Collections.Immutable;
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

    /// <summary>This rule set after <c>iptables-restore</c> of a text (spec kube-proxy-iptables 3.3, netfilter-datapath 6.6).</summary>
    /// <remarks>
    /// Without <c>--noflush</c> each named table starts empty. With it a declared user chain is made, or emptied if it exists; a declared built-in
    /// chain keeps its rules, and its policy unless one is given; all else stays. What is not touched is shared with this rule set.
    /// </remarks>
    /// <param name="input">The text.</param>
    /// <param name="noflush">Whether <c>--noflush</c> is given.</param>
    /// <exception cref="RestoreException">A table is refused; each table is applied whole or not at all, and those before the refused one are.</exception>
    public RestoreResult Apply(RestoreInput input, bool noflush = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        return RestoreTransaction.Apply(this, input, noflush);
    }
}
