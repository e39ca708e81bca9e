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

    /// <summary>Whether a chain is emptied.</summary>
    public bool Contains(IptablesTable table, string chain) => _names is null || _names.GetValueOrDefault(table)?.Contains(chain) == true;

    /// <summary>Which of a table's loaded chains are emptied.</summary>
    public IEnumerable<LoadedChain> Among(LoadedTable loaded, IptablesTable table)
    {
        if (_names is null) return loaded.Chains;
        return _names.TryGetValue(table, out HashSet<string>? names) ? names.Select(name => loaded[name]).OfType<LoadedChain>() : [];
    }
}
