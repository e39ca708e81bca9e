using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>What a reload changes of a table, found and checked before anything is changed.</summary>
/// <remarks>
/// What has not changed was checked when it was loaded. So long as no changed chain leads deeper than before, and none meets packets of more
/// hooks, the changed ones alone tell that the whole is still right; where they don't, <see cref="ChainGraph"/> looks at all.
/// </remarks>
internal sealed class TableUpdate
{
    private const int OnPath = -1;

    private readonly LoadedTable _loaded;
    private readonly Dictionary<string, Chain> _altered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _heights = new(StringComparer.Ordinal);
    private readonly List<Chain> _calleesFirst = [];

    /// <summary>Finds what differs, and checks it.</summary>
    /// <exception cref="ArgumentException">The kernel would refuse the table.</exception>
    public TableUpdate(LoadedTable loaded, TableRules rules)
    {
        _loaded = loaded;
        Rules = rules;

        // Generated rules are right as they are; what differs, the loaded table finds.
        if (ReferenceEquals(rules, loaded.Rules) || rules.Source is GeneratedChains) return;
        FindDifferences();
        if (loaded.Rules is null || loaded.Generated is not null || CheckAltered() is not { } levels) levels = ChainGraph.Check(rules);
        Levels = levels;
    }

    /// <summary>The table's new rules.</summary>
    public TableRules Rules { get; }

    /// <summary>The chains that were not there before.</summary>
    public List<Chain> Added { get; } = [];

    /// <summary>The chains that were there, with other rules.</summary>
    public List<Chain> Changed { get; } = [];

    /// <summary>The chains that are there no longer.</summary>
    public List<LoadedChain> Removed { get; } = [];

    /// <summary>Whether the table's rules are as they were.</summary>
    public bool ChangesNothing => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>Where chains stand now: all that are new, and others where the whole table was looked at.</summary>
    public Dictionary<string, ChainLevel> Levels { get; } = [];

    private void FindDifferences()
    {
        foreach (Chain chain in Rules.UnorderedChains)
        {
            LoadedChain? before = _loaded[chain.Name];
            if (before is not null && ReferenceEquals(before.Prepared.Chain, chain) && _loaded.Generated is null) continue;
            (before is null ? Added : Changed).Add(chain);
            _altered.Add(chain.Name, chain);
        }

        if (_loaded.ChainCount + Added.Count == Rules.ChainCount) return;
        foreach (LoadedChain chain in _loaded.Chains)
            if (!Rules.TryGetChain(chain.Name, out _)) Removed.Add(chain);
    }

    /// <summary>Where the new chains stand; null where the altered chains alone do not show that the table is right.</summary>
    private Dictionary<string, ChainLevel>? CheckAltered()
    {
        if (!NobodyCallsRemoved()) return null;
        foreach (Chain chain in _altered.Values)
            if (HeightOf(chain.Name) is not { } height || height > ChainGraph.MaxDepth) return null;
        var levels = new Dictionary<string, ChainLevel>(Added.Count, StringComparer.Ordinal);
        for (int i = _calleesFirst.Count - 1; i >= 0; i--)
            if (!MeetsNoNewHook(_calleesFirst[i], levels)) return null;
        return levels;
    }

    private bool NobodyCallsRemoved()
    {
        if (Removed.Count == 0) return true;
        var callers = Removed.ToDictionary(static chain => chain, static chain => chain.Callers);
        foreach (LoadedChain caller in Removed.Concat(Changed.Select(chain => _loaded[chain.Name]!)))
            foreach (LoadedChain callee in caller.Callees)
                if (callers.TryGetValue(callee, out int count)) callers[callee] = count - 1;
        return callers.Values.All(static count => count == 0);
    }

    /// <summary>How deep a chain leads; null where it calls what it may not, calls itself, or leads deeper than before.</summary>
    private int? HeightOf(string name, int path = 0)
    {
        if (path > ChainGraph.MaxDepth) return null;
        if (!_altered.TryGetValue(name, out Chain? chain)) return _loaded[name]?.Level.Height;
        if (_heights.TryGetValue(name, out int known)) return known == OnPath ? null : known;
        _heights[name] = OnPath;
        int height = 0;
        foreach (string callee in PreparedChain.Of(chain).Callees)
        {
            if (!Rules.TryGetChain(callee, out Chain? called) || called.IsBuiltIn || HeightOf(callee, path + 1) is not { } below) return null;
            height = Math.Max(height, below + 1);
        }

        if (_loaded[name] is { } before)
        {
            if (height > before.Level.Height) return null;
            height = before.Level.Height;
        }

        _calleesFirst.Add(chain);
        _heights[name] = height;
        return height;
    }

    private bool MeetsNoNewHook(Chain chain, Dictionary<string, ChainLevel> levels)
    {
        int hooks = _loaded[chain.Name]?.Level.Hooks ?? levels.GetValueOrDefault(chain.Name).Hooks;
        PreparedChain prepared = PreparedChain.Of(chain);
        if (_loaded[chain.Name] is null) levels[chain.Name] = new ChainLevel(_heights[chain.Name], hooks);
        foreach (string callee in prepared.Callees)
        {
            if (_loaded[callee] is { } before)
            {
                if ((hooks & ~before.Level.Hooks) != 0) return false;
            }
            else
            {
                levels[callee] = new ChainLevel(0, levels.GetValueOrDefault(callee).Hooks | hooks);
            }
        }

        if (!prepared.HasLimitedTarget) return true;
        foreach (ref readonly PreparedRule rule in prepared.Rules.AsSpan())
            if (!TargetDomain.Allows(rule.Target, Rules.Table, hooks)) return false;
        return true;
    }
}
