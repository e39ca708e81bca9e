using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The chains of one table in one machine.</summary>
/// <remarks>
/// Of <see cref="GeneratedChains"/> a chain is loaded when a packet first enters it; one that is not loaded has counted nothing. Of given chains all
/// are loaded at once, so that their calls can be checked from one reload to the next.
/// </remarks>
internal sealed class LoadedTable(IptablesTable table, RecentLists recentLists, AccountingObjects accountingObjects)
{
    private readonly Dictionary<string, LoadedChain> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<object, List<LoadedChain>> _byOwner = [];
    private int _needConntrack;

    /// <summary>The rules in force; null before the first.</summary>
    public TableRules? Rules { get; private set; }

    /// <summary>Whether a rule of the table needs conntrack. Of generated chains those that always stand tell.</summary>
    public bool NeedsConntrack => _needConntrack > 0;

    /// <summary>The loaded chain of a name, or null where there is none.</summary>
    public LoadedChain? this[string chain] => _chains.GetValueOrDefault(chain);

    /// <summary>The loaded chains, in no order.</summary>
    public IEnumerable<LoadedChain> Chains => _chains.Values;

    /// <summary>The number of loaded chains.</summary>
    public int ChainCount => _chains.Count;

    /// <summary>The chains that are generated, and loaded one by one; null where they were given.</summary>
    public GeneratedChains? Generated => Rules?.Source as GeneratedChains;

    /// <summary>The loaded chains of an owner.</summary>
    public IReadOnlyList<LoadedChain> ChainsOf(object owner) => _byOwner.GetValueOrDefault(owner) ?? [];

    /// <summary>A generated chain, which a packet enters.</summary>
    public LoadedChain Load(string name, object? place)
    {
        if (_chains.TryGetValue(name, out LoadedChain? known)) return known;
        Chain chain = Generated!.Find(name, place) ?? throw new InvalidOperationException($"table {table.Name()}: Chain '{name}' does not exist");
        LoadedChain loaded = Add(chain);
        LinkWhenCalled(loaded);
        return loaded;
    }

    /// <summary>Takes other rules.</summary>
    /// <param name="update">The rules, checked.</param>
    /// <param name="flushed">The chains that were emptied, so that their counters start at zero.</param>
    /// <returns>Whether a loaded chain has other rules now, or is gone. What is not loaded no packet has met.</returns>
    public bool Replace(TableUpdate update, FlushedChains flushed)
    {
        foreach (LoadedChain chain in flushed.Among(this, table).ToArray()) chain.Replace(chain.Prepared, isFlushed: true);
        if (update.Rules.Source is GeneratedChains generated) return Follow(generated, update.Rules, flushed);
        Replace(update.Rules, update, flushed);
        return !update.ChangesNothing;
    }

    /// <summary>Takes given rules.</summary>
    private void Replace(TableRules rules, TableUpdate update, FlushedChains flushed)
    {
        bool countsCallers = Generated is null;
        var altered = new List<LoadedChain>(update.Changed.Count + update.Added.Count);
        var released = new List<RecentList>();
        foreach (LoadedChain chain in update.Removed) Remove(chain, released, countsCallers);
        if (!countsCallers)
            foreach (LoadedChain chain in _chains.Values) chain.Callers = 0;
        foreach (Chain chain in update.Changed)
        {
            LoadedChain loaded = _chains[chain.Name];
            Unlink(loaded, released, countsCallers);
            Replace(loaded, chain, flushed);
            altered.Add(loaded);
        }

        foreach (Chain chain in update.Added) altered.Add(Add(chain));
        foreach (LoadedChain chain in altered)
        {
            chain.Link([.. chain.Prepared.Callees.Select(name => _chains[name])]);
            foreach (LoadedChain callee in chain.Callees) callee.Callers++;
            Acquire(chain);
        }

        foreach ((string name, ChainLevel level) in update.Levels) _chains[name].Level = level;
        Release(released);
        Rules = rules;
    }

    /// <summary>Takes generated rules: only loaded chains can differ from what they are made of.</summary>
    private bool Follow(GeneratedChains now, TableRules rules, FlushedChains flushed)
    {
        GeneratedChains? before = Generated;
        bool hasChanged = false;
        Rules = rules;
        var released = new List<RecentList>();
        if (before is not null && now.TryCompare(before, out IReadOnlyCollection<object>? owners))
        {
            foreach (object owner in owners)
                foreach (LoadedChain chain in ChainsOf(owner).ToArray()) hasChanged |= Follow(chain, now, flushed, released);
            foreach (LoadedChain chain in ChainsOf(LoadedChain.NoOwner).ToArray())
                if (!now.IsSame(before, chain.Name)) hasChanged |= Follow(chain, now, flushed, released);
        }
        else
        {
            foreach (LoadedChain chain in _chains.Values.ToArray()) hasChanged |= Follow(chain, now, flushed, released);
        }

        foreach (Chain chain in now.StandingChains)
        {
            if (_chains.ContainsKey(chain.Name)) continue;
            LinkWhenCalled(Add(chain));
        }

        foreach (string name in now.AccountingObjects) accountingObjects.GetOrAdd(name);
        Release(released);
        return hasChanged;
    }

    /// <summary>Whether the chain has other rules now, or is gone.</summary>
    private bool Follow(LoadedChain loaded, GeneratedChains now, FlushedChains flushed, List<RecentList> released)
    {
        Chain? chain = now.Find(loaded.Name, loaded.Prepared.Chain.Owner);
        if (chain is null)
        {
            Remove(loaded, released, countsCallers: false);
            return true;
        }

        if (ReferenceEquals(chain, loaded.Prepared.Chain)) return false;
        Unlink(loaded, released, countsCallers: false);
        Replace(loaded, chain, flushed);
        LinkWhenCalled(loaded);
        return true;
    }

    private LoadedChain Add(Chain chain)
    {
        var loaded = new LoadedChain(table, PreparedChain.Of(chain)) { Home = this };
        _chains.Add(chain.Name, loaded);
        Register(loaded);
        return loaded;
    }

    private void Register(LoadedChain loaded)
    {
        loaded.Owner = loaded.Prepared.Chain.Owner ?? LoadedChain.NoOwner;
        if (!_byOwner.TryGetValue(loaded.Owner, out List<LoadedChain>? list)) _byOwner.Add(loaded.Owner, list = []);
        list.Add(loaded);
    }

    private void Unregister(LoadedChain loaded)
    {
        List<LoadedChain> list = _byOwner[loaded.Owner];
        list.Remove(loaded);
        if (list.Count == 0) _byOwner.Remove(loaded.Owner);
    }

    /// <summary>Gives a loaded chain other rules.</summary>
    private void Replace(LoadedChain loaded, Chain chain, FlushedChains flushed)
    {
        loaded.Replace(PreparedChain.Of(chain), flushed.Contains(table, chain));
        if (Equals(loaded.Owner, loaded.Prepared.Chain.Owner ?? LoadedChain.NoOwner)) return;
        Unregister(loaded);
        Register(loaded);
    }

    private void Remove(LoadedChain chain, List<RecentList> released, bool countsCallers)
    {
        _chains.Remove(chain.Name);
        Unregister(chain);
        Unlink(chain, released, countsCallers);
    }

    private void Unlink(LoadedChain chain, List<RecentList> released, bool countsCallers)
    {
        if (countsCallers)
            foreach (LoadedChain callee in chain.Callees) callee.Callers--;
        released.AddRange(chain.RecentLists);
        if (chain.Prepared.NeedsConntrack) _needConntrack--;
    }

    private void LinkWhenCalled(LoadedChain chain)
    {
        chain.LinkWhenCalled();
        Acquire(chain);
    }

    private void Acquire(LoadedChain chain)
    {
        PreparedChain prepared = chain.Prepared;
        chain.RecentLists = [.. prepared.RecentLists.Select(recentLists.Acquire)];
        chain.AccountingObjects = [.. prepared.AccountingObjects.Select(accountingObjects.GetOrAdd)];
        if (prepared.NeedsConntrack) _needConntrack++;
    }

    /// <summary>At the end: a list that the new rules refer to again has not lost its last user in between.</summary>
    private void Release(List<RecentList> released)
    {
        foreach (RecentList list in released) recentLists.Release(list);
    }
}
