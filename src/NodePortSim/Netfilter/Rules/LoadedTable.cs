using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The chains of one table in one machine.</summary>
internal sealed class LoadedTable(IptablesTable table, RecentLists recentLists, AccountingObjects accountingObjects)
{
    private readonly Dictionary<string, LoadedChain> _chains = new(StringComparer.Ordinal);
    private TableRules? _rules;

    /// <summary>Whether a rule of the table needs conntrack.</summary>
    public bool NeedsConntrack { get; private set; }

    /// <summary>The chain of a name, or null where there is none.</summary>
    public LoadedChain? this[string chain] => _chains.GetValueOrDefault(chain);

    /// <summary>The chains, in no order.</summary>
    public IEnumerable<LoadedChain> Chains => _chains.Values;

    /// <summary>Takes other rules, which have been checked.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="isFlushed">Whether a chain was emptied, so that its counters start at zero.</param>
    public void Replace(TableRules rules, Func<IptablesTable, string, bool> isFlushed)
    {
        var changed = new List<LoadedChain>();
        var released = new List<RecentList>();
        bool needsConntrack = false;
        foreach (Chain chain in rules.Chains)
        {
            if (!_chains.TryGetValue(chain.Name, out LoadedChain? loaded))
            {
                loaded = new LoadedChain(table, PreparedChain.Of(chain));
                _chains.Add(chain.Name, loaded);
                changed.Add(loaded);
            }
            else if (!ReferenceEquals(loaded.Prepared.Chain, chain))
            {
                released.AddRange(loaded.RecentLists);
                changed.Add(loaded);
                loaded.Replace(PreparedChain.Of(chain), isFlushed(table, chain.Name));
            }
            else if (isFlushed(table, chain.Name))
            {
                loaded.Replace(loaded.Prepared, isFlushed: true);
            }

            needsConntrack |= loaded.Prepared.NeedsConntrack;
        }

        NeedsConntrack = needsConntrack;
        RemoveAbsent(rules, released);
        foreach (LoadedChain chain in changed) Link(chain);

        // Only now: a list that the new rules refer to again has not lost its last user in between.
        foreach (RecentList list in released) recentLists.Release(list);
        _rules = rules;
    }

    private void RemoveAbsent(TableRules rules, List<RecentList> released)
    {
        if (_rules is null || _chains.Count == rules.ChainCount) return;
        foreach (Chain chain in _rules.Chains)
        {
            if (rules.TryGetChain(chain.Name, out _) || !_chains.Remove(chain.Name, out LoadedChain? removed)) continue;
            released.AddRange(removed.RecentLists);
        }
    }

    private void Link(LoadedChain chain)
    {
        PreparedChain prepared = chain.Prepared;
        chain.Callees = [.. prepared.Callees.Select(name => _chains[name])];
        chain.RecentLists = [.. prepared.RecentLists.Select(recentLists.Acquire)];
        chain.AccountingObjects = [.. prepared.AccountingObjects.Select(accountingObjects.GetOrAdd)];
    }
}
