using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The chains that a reload empties first, so that the counters of their rules start at zero (spec kube-proxy-iptables 6).</summary>
internal sealed class FlushedChains
{
    private readonly Dictionary<IptablesTable, HashSet<string>>? _names;

    private FlushedChains(Dictionary<IptablesTable, HashSet<string>>? names) => _names = names;

    /// <summary>Every chain.</summary>
    public static FlushedChains All { get; } = new(null);

    /// <summary>No chain.</summary>
    public static FlushedChains None { get; } = new([]);

    /// <summary>The owners whose chains are emptied, in table nat, but for <see cref="Kept"/>; null means all.</summary>
    private HashSet<object>? Owners { get; init; } = [];

    /// <summary>The chains of <see cref="Owners"/> that are not emptied.</summary>
    private HashSet<string> Kept { get; init; } = [];

    /// <summary>Certain chains.</summary>
    public static FlushedChains Of(IEnumerable<(IptablesTable Table, string Chain)> chains)
    {
        Dictionary<IptablesTable, HashSet<string>> names = [];
        foreach ((IptablesTable table, string chain) in chains)
        {
            if (!names.TryGetValue(table, out HashSet<string>? known)) names[table] = known = new HashSet<string>(StringComparer.Ordinal);
            known.Add(chain);
        }

        return new FlushedChains(names);
    }

    /// <summary>Certain chains, and of others all that certain owners have in table nat: those whose names nobody has asked for stay nameless.</summary>
    /// <param name="chains">The chains without an owner.</param>
    /// <param name="owners">The <see cref="Chain.Owner"/>s; null means all.</param>
    /// <param name="kept">The names of those owners' chains that are not emptied.</param>
    public static FlushedChains Of(IEnumerable<(IptablesTable Table, string Chain)> chains, IEnumerable<object>? owners, IEnumerable<string> kept) =>
        new(Of(chains)._names) { Owners = owners?.ToHashSet(), Kept = kept.ToHashSet(StringComparer.Ordinal) };

    /// <summary>Whether a chain is emptied.</summary>
    public bool Contains(IptablesTable table, Chain chain)
    {
        if (_names is null || _names.GetValueOrDefault(table)?.Contains(chain.Name) == true) return true;
        return table == IptablesTable.Nat && chain.Owner is { } owner && (Owners is null || Owners.Contains(owner)) && !Kept.Contains(chain.Name);
    }

    /// <summary>Which of a table's loaded chains are emptied.</summary>
    public IEnumerable<LoadedChain> Among(LoadedTable loaded, IptablesTable table)
    {
        if (_names is null) return loaded.Chains;
        if (table == IptablesTable.Nat && Owners is null) return loaded.Chains.Where(chain => Contains(table, chain.Prepared.Chain));
        IEnumerable<LoadedChain> named = _names.TryGetValue(table, out HashSet<string>? names) ? names.Select(name => loaded[name]).OfType<LoadedChain>() : [];
        return table == IptablesTable.Nat && Owners is { Count: > 0 } owners
            ? named.Concat(owners.SelectMany(loaded.ChainsOf).Where(chain => Contains(table, chain.Prepared.Chain)))
            : named;
    }
}
