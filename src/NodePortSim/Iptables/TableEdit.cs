using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace NodePortSim.Iptables;

/// <summary>One table while a restore text is applied to it. Copies what is touched, shares the rest. Not thread-safe.</summary>
internal sealed class TableEdit
{
    private readonly TableRules _base;
    private readonly Dictionary<string, Chain> _chains;
    private readonly Dictionary<string, int>? _references;
    private readonly Dictionary<string, ChainEdit> _edits = new(StringComparer.Ordinal);

    // References are only worth their upkeep where they are known already, or a deletion asks for them.
    public TableEdit(TableRules current, bool noflush, bool needsReferences)
    {
        _base = current;
        _chains = current.CopyChains();
        if (needsReferences || current.KnowsReferences) _references = new Dictionary<string, int>(current.References(), StringComparer.Ordinal);
        if (noflush) return;
        foreach (Chain chain in current.Chains)
        {
            Flush(Edit(chain));
            if (!chain.IsBuiltIn) _chains.Remove(chain.Name);
        }
    }

    /// <summary>A refusal in iptables' words, with its exit status.</summary>
    public sealed record Refusal(string Message, int ExitStatus);

    /// <summary>Runs declarations and commands in order; the first that is refused ends it.</summary>
    public Refusal? Run(RestoreTable table)
    {
        foreach (string name in table.DeclaredChains) Declare(name, table.Policies);
        foreach (RestoreCommand command in table.Commands)
        {
            Refusal? refusal = command switch
            {
                AppendRule append => Add(append.Chain, append.Rule, atTop: false),
                InsertRule insert => Add(insert.Chain, insert.Rule, atTop: true),
                DeleteChain => Delete(command.Chain),
                _ => throw new NotSupportedException($"No such command: {command.GetType().Name}"),
            };
            if (refusal is not null) return refusal;
        }

        return null;
    }

    /// <summary>The table after the commands; what became of its chains goes to <paramref name="changes"/>.</summary>
    public TableRules Finish(ImmutableArray<ChainChange>.Builder changes)
    {
        foreach ((string name, ChainEdit edit) in _edits)
        {
            bool exists = _chains.ContainsKey(name);
            if (exists) _chains[name] = edit.Build();
            if (edit.KindOfChange(exists) is { } kind) changes.Add(new ChainChange(_base.Table, name, kind, edit.Inserted));
        }

        return new TableRules(_base.Table, _chains, UserChains(), _references);
    }

    private void Declare(string name, ImmutableDictionary<string, ChainPolicy> policies)
    {
        if (_chains.TryGetValue(name, out Chain? chain))
        {
            ChainEdit edit = Edit(chain);
            if (!chain.IsBuiltIn) Flush(edit);
            else if (policies.TryGetValue(name, out ChainPolicy policy)) edit.Policy = policy;
            return;
        }

        chain = new Chain(name, null, []);
        _chains.Add(name, chain);
        Edit(chain);
    }

    private Refusal? Add(string name, Rule rule, bool atTop)
    {
        if (!_edits.TryGetValue(name, out ChainEdit? edit) || !_chains.ContainsKey(name))
        {
            if (!_chains.TryGetValue(name, out Chain? chain)) return new Refusal("No chain/target/match by that name.", 1);
            edit = Edit(chain);
        }

        if (TableRules.ReferenceOf(rule) is { } target)
        {
            if (!_chains.TryGetValue(target, out Chain? called)) return new Refusal($"Chain '{target}' does not exist", 2);
            if (called.IsBuiltIn)
            {
                return new Refusal($"{(atTop ? "RULE_INSERT" : "RULE_APPEND")} failed (Operation not supported): rule in chain {name}", 4);
            }

            Count(target, 1);
        }

        edit.Add(rule, atTop);
        return null;
    }

    private Refusal? Delete(string name)
    {
        if (!_chains.TryGetValue(name, out Chain? chain)) return new Refusal("No chain/target/match by that name.", 1);
        int rules = _edits.TryGetValue(name, out ChainEdit? edit) ? edit.Count : chain.Rules.Count;
        if (chain.IsBuiltIn || rules > 0 || _references!.GetValueOrDefault(name) > 0)
        {
            return new Refusal($"CHAIN_DEL failed (Device or resource busy): chain {name}", 4);
        }

        Edit(chain);
        _chains.Remove(name);
        return null;
    }

    private ChainEdit Edit(Chain chain)
    {
        ref ChainEdit? edit = ref CollectionsMarshal.GetValueRefOrAddDefault(_edits, chain.Name, out _);
        return edit ??= new ChainEdit(chain, isNew: !_base.TryGetChain(chain.Name, out _));
    }

    private void Flush(ChainEdit edit)
    {
        foreach (Rule rule in edit.Rules)
        {
            if (TableRules.ReferenceOf(rule) is { } target) Count(target, -1);
        }

        edit.Flush();
    }

    private void Count(string target, int change)
    {
        if (_references is not null) CollectionsMarshal.GetValueRefOrAddDefault(_references, target, out _) += change;
    }

    // Sorting 100,000 names costs more than a whole partial sync: the known order is carried over.
    private Chain[]? UserChains()
    {
        if (_base.KnownUserChains is not { } known || _edits.Count > known.Length / 4) return null;
        string[] names = [.. _edits.Where(edit => !edit.Value.IsBuiltIn).Select(static edit => edit.Key)];
        Array.Sort(names, StringComparer.Ordinal);
        var merged = new Chain[known.Length + names.Length];
        int count = 0, next = 0;
        foreach (string name in names)
        {
            int place = PlaceOf(known, name, next);
            Array.Copy(known, next, merged, count, place - next);
            count += place - next;
            next = place < known.Length && known[place].Name == name ? place + 1 : place;
            if (_chains.TryGetValue(name, out Chain? chain)) merged[count++] = chain;
        }

        Array.Copy(known, next, merged, count, known.Length - next);
        return merged[..(count + known.Length - next)];
    }

    private static int PlaceOf(Chain[] sorted, string name, int from)
    {
        int to = sorted.Length;
        while (from < to)
        {
            int middle = (from + to) >>> 1;
            if (string.CompareOrdinal(sorted[middle].Name, name) < 0) from = middle + 1;
            else to = middle;
        }

        return from;
    }
}
