using NodePortSim.Collections;

namespace NodePortSim.Iptables;

/// <summary>One chain while a restore text is applied: its old rules until they are flushed, and the new ones around them. Not thread-safe.</summary>
internal sealed class ChainEdit(Chain chain, bool isNew)
{
    private List<Rule>? _rules;
    private bool _flushed;

    /// <summary>The policy of a built-in chain.</summary>
    public ChainPolicy? Policy { get; set; } = chain.Policy;

    /// <summary>Whether the kernel owns the chain.</summary>
    public bool IsBuiltIn => chain.IsBuiltIn;

    /// <summary>How many rules were put before the old ones.</summary>
    public int Inserted { get; private set; }

    /// <summary>The number of rules now.</summary>
    public int Count => _rules?.Count ?? chain.Rules.Count;

    /// <summary>The rules now.</summary>
    public IEnumerable<Rule> Rules => _rules is null ? chain.Rules : _rules;

    /// <summary>Takes all rules out.</summary>
    public void Flush()
    {
        _flushed = true;
        Inserted = 0;
        if (_rules is null) _rules = [];
        else _rules.Clear();
    }

    /// <summary>Adds a rule at the end or at the top.</summary>
    public void Add(Rule rule, bool atTop)
    {
        _rules ??= [.. chain.Rules.AsSpan()];
        if (!atTop)
        {
            _rules.Add(rule);
            return;
        }

        _rules.Insert(0, rule);
        if (!_flushed && !isNew) Inserted++;
    }

    /// <summary>The chain as it is now; the same object where nothing changed.</summary>
    public Chain Build()
    {
        if (_rules is null && Policy == chain.Policy) return chain;
        return chain with { Policy = Policy, Rules = _rules is null ? chain.Rules : _rules.ToEquatableArray() };
    }

    /// <summary>What became of the chain, or null where nothing did.</summary>
    /// <param name="exists">Whether the chain exists now.</param>
    public ChainChangeKind? KindOfChange(bool exists) => (isNew, exists) switch
    {
        (true, true) => ChainChangeKind.Created,
        (true, false) => null,
        (false, false) => ChainChangeKind.Deleted,
        _ when _flushed => ChainChangeKind.Flushed,
        _ when _rules is not null || Policy != chain.Policy => ChainChangeKind.Extended,
        _ => null,
    };
}
