using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The chains of one table in one machine.</summary>
internal sealed class LoadedTable(IptablesTable table, RecentLists recentLists, AccountingObjects accountingObjects)
{
    private readonly Dictionary<string, LoadedChain> _chains = new(StringComparer.Ordinal);
    private int _needConntrack;

    /// <summary>The rules in force; null before the first.</summary>
    public TableRules? Rules { get; private set; }

    /// <summary>Whether a rule of the table needs conntrack.</summary>
    public bool NeedsConntrack => _needConntrack > 0;

    /// <summary>The chain of a name, or null where there is none.</summary>
    public LoadedChain? this[string chain] => _chains.GetValueOrDefault(chain);

    /// <summary>The chains, in no order.</summary>
    public IEnumerable<LoadedChain> Chains => _chains.Values;

    /// <summary>The number of chains.</summary>
    public int ChainCount => _chains.Count;

    /// <summary>Takes other rules.</summary>
    /// <param name="update">The rules, checked.</param>
    /// <param name="flushed">The chains that were emptied, so that their counters start at zero.</param>
    public void Replace(TableUpdate update, FlushedChains flushed)
    {
        foreach (LoadedChain chain in flushed.Among(this, table)) chain.Replace(chain.Prepared, isFlushed: true);

        var altered = new List<LoadedChain>(update.Changed.Count + update.Added.Count);
        var released = new List<RecentList>();
        foreach (LoadedChain chain in update.Removed)
        {
            _chains.Remove(chain.Name);
            Unlink(chain, released);
        }

        foreach (Chain chain in update.Changed)
        {
            LoadedChain loaded = _chains[chain.Name];
            Unlink(loaded, released);
            loaded.Replace(PreparedChain.Of(chain), flushed.Contains(table, chain.Name));
            altered.Add(loaded);
        }

        foreach (Chain chain in update.Added)
        {
            var loaded = new LoadedChain(table, PreparedChain.Of(chain));
            _chains.Add(chain.Name, loaded);
            altered.Add(loaded);
        }

        foreach (LoadedChain chain in altered) Link(chain);
        foreach ((string name, ChainLevel level) in update.Levels) _chains[name].Level = level;

        // Only now: a list that the new rules refer to again has not lost its last user in between.
        foreach (RecentList list in released) recentLists.Release(list);
        Rules = update.Rules;
    }

    private void Unlink(LoadedChain chain, List<RecentList> released)
    {
        foreach (LoadedChain callee in chain.Callees) callee.Callers--;
        released.AddRange(chain.RecentLists);
        if (chain.Prepared.NeedsConntrack) _needConntrack--;
    }

    private void Link(LoadedChain chain)
    {
        PreparedChain prepared = chain.Prepared;
        chain.Callees = [.. prepared.Callees.Select(name => _chains[name])];
        foreach (LoadedChain callee in chain.Callees) callee.Callers++;
        chain.RecentLists = [.. prepared.RecentLists.Select(recentLists.Acquire)];
        chain.AccountingObjects = [.. prepared.AccountingObjects.Select(accountingObjects.GetOrAdd)];
        if (prepared.NeedsConntrack) _needConntrack++;
    }
}
