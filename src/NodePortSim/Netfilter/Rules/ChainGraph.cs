using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Checks, before anything is loaded, that the chains of a table call each other as the kernel allows.</summary>
/// <remarks>
/// Refused are: a call of a chain that does not exist or is built in, calls that form a loop or are nested too deeply, and targets outside
/// the tables and hooks that know them (spec netfilter-datapath 4).
/// </remarks>
internal sealed class ChainGraph
{
    /// <summary>How deeply chains can call each other below a built-in one: nf_tables' <c>NFT_JUMP_STACK_SIZE</c>, whose last place stays free.</summary>
    public const int MaxDepth = 15;

    /// <summary>How deeply chains that no hook reaches may be nested: a limit of this check, not of the kernel.</summary>
    private const int MaxPath = 1000;

    private const int Unvisited = -2, OnPath = -1;

    private readonly TableRules _table;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<PreparedChain> _chains = [];
    private readonly List<int> _calleesFirst = [];
    private readonly int[] _heights;
    private readonly int[] _hooks;

    private ChainGraph(TableRules table)
    {
        _table = table;
        foreach (Chain chain in table.UnorderedChains)
        {
            _indices.Add(chain.Name, _chains.Count);
            _chains.Add(PreparedChain.Of(chain));
        }

        _heights = new int[_chains.Count];
        Array.Fill(_heights, Unvisited);
        _hooks = new int[_chains.Count];
    }

    /// <summary>Checks a table.</summary>
    /// <returns>Where each chain stands.</returns>
    /// <exception cref="ArgumentException">The kernel would refuse the table; the message names table, chain and rule.</exception>
    public static Dictionary<string, ChainLevel> Check(TableRules table)
    {
        var graph = new ChainGraph(table);
        graph.CheckCalls();
        graph.CheckTargets();
        var levels = new Dictionary<string, ChainLevel>(graph._chains.Count, StringComparer.Ordinal);
        for (int i = 0; i < graph._chains.Count; i++) levels.Add(graph._chains[i].Chain.Name, new ChainLevel(graph._heights[i], graph._hooks[i]));
        return levels;
    }

    private void CheckCalls()
    {
        for (int chain = 0; chain < _chains.Count; chain++)
        {
            int height = Visit(chain, 0);
            if (_chains[chain].Chain.IsBuiltIn && height > MaxDepth)
                throw new ArgumentException($"table {_table.Table.Name()}: chain {_chains[chain].Chain.Name}: chains are nested {height} deep, more than {MaxDepth}");
        }
    }

    /// <summary>How many calls deep the chain can lead.</summary>
    private int Visit(int chain, int path)
    {
        PreparedChain prepared = _chains[chain];
        if (_heights[chain] == OnPath)
            throw new ArgumentException($"table {_table.Table.Name()}: chain {prepared.Chain.Name}: calls of chains form a loop");
        if (_heights[chain] != Unvisited) return _heights[chain];
        if (path > MaxPath)
            throw new ArgumentException($"table {_table.Table.Name()}: chain {prepared.Chain.Name}: chains are nested more than {MaxPath} deep");
        _heights[chain] = OnPath;
        int height = 0;
        foreach (string name in prepared.Callees)
        {
            if (!_indices.TryGetValue(name, out int callee) || _chains[callee].Chain.IsBuiltIn)
                throw new ArgumentException($"table {_table.Table.Name()}: chain {prepared.Chain.Name}: Chain '{name}' does not exist");
            height = Math.Max(height, Visit(callee, path + 1) + 1);
        }

        _calleesFirst.Add(chain);
        return _heights[chain] = height;
    }

    private void CheckTargets()
    {
        for (int i = _calleesFirst.Count - 1; i >= 0; i--)
        {
            int chain = _calleesFirst[i];
            PreparedChain prepared = _chains[chain];
            if (prepared.Chain.IsBuiltIn) _hooks[chain] = TargetDomain.Bit(HookOf(prepared.Chain.Name));
            foreach (string name in prepared.Callees) _hooks[_indices[name]] |= _hooks[chain];
            if (prepared.HasLimitedTarget) CheckTargets(prepared, _hooks[chain]);
        }
    }

    private void CheckTargets(PreparedChain chain, int hooks)
    {
        for (int i = 0; i < chain.Rules.Length; i++)
        {
            TargetCode target = chain.Rules[i].Target;
            if (!TargetDomain.Allows(target, _table.Table, hooks))
                throw new ArgumentException($"table {_table.Table.Name()}: chain {chain.Chain.Name}: rule {i + 1}: {target} cannot be used here");
        }
    }

    /// <summary>The hook that calls a built-in chain.</summary>
    public static Hook HookOf(string builtInChain) => builtInChain switch
    {
        "PREROUTING" => Hook.Prerouting,
        "INPUT" => Hook.Input,
        "FORWARD" => Hook.Forward,
        "OUTPUT" => Hook.Output,
        "POSTROUTING" => Hook.Postrouting,
        _ => throw new ArgumentException($"chain {builtInChain}: no hook calls it"),
    };
}

/// <summary>Where a chain stands among those of its table.</summary>
/// <param name="Height">How many calls deep it can lead, at most.</param>
/// <param name="Hooks">The hooks whose packets it may meet, a bit each.</param>
internal readonly record struct ChainLevel(int Height, int Hooks);
