using System.Diagnostics.CodeAnalysis;
using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables;

/// <summary>The chains of one table. Immutable; thread-safe.</summary>
/// <remarks>
/// The order of the user chains and the numbers of references are found when first asked for; a table made of another one by
/// <see cref="RuleSet.Apply"/> takes over what the other one knew.
/// </remarks>
public sealed class TableRules
{
    private Chain[]? _userChains;
    private Dictionary<string, int>? _references;

    /// <summary>Makes a table of its chains; built-in chains that are not given are empty with policy ACCEPT.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chains">The chains; of two with one name the later one counts.</param>
    public TableRules(IptablesTable table, IEnumerable<Chain> chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        Table = table;
        Dictionary<string, Chain> byName = new(StringComparer.Ordinal);
        foreach (string name in table.BuiltInChains()) byName[name] = new Chain(name, ChainPolicy.Accept, []);
        foreach (Chain chain in chains) byName[chain.Name] = chain;
        Source = new GivenChains(byName);
    }

    internal TableRules(IptablesTable table, ChainSource chains)
    {
        Table = table;
        Source = chains;
    }

    internal TableRules(IptablesTable table, Dictionary<string, Chain> chains, Chain[]? userChains, Dictionary<string, int>? references)
    {
        Table = table;
        Source = new GivenChains(chains);
        _userChains = userChains;
        _references = references;
    }

    /// <summary>Which table this is.</summary>
    public IptablesTable Table { get; }

    /// <summary>The number of chains, built-in ones included.</summary>
    public int ChainCount => Source.Count;

    /// <summary>The chains as <c>iptables-save</c> lists them: the built-in ones in the table's order, then the others by name (bytes).</summary>
    public IEnumerable<Chain> Chains => Table.BuiltInChains().Select(name => Source.Find(name)!).Concat(UserChains());

    /// <summary>Looks a chain up by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="chain">The chain, where there is one.</param>
    public bool TryGetChain(string name, [NotNullWhen(true)] out Chain? chain)
    {
        chain = Source.Find(name);
        return chain is not null;
    }

    /// <summary>How many rules jump or go to a chain: what <c>iptables -L</c> calls its references.</summary>
    /// <param name="chain">The chain's name.</param>
    public int ReferencesTo(string chain) => References().GetValueOrDefault(chain);

    /// <summary>The chains in no promised order, which need not be sorted for it.</summary>
    internal IEnumerable<Chain> UnorderedChains => Source.Chains;

    /// <summary>Where the chains are.</summary>
    internal ChainSource Source { get; }

    internal Dictionary<string, Chain> CopyChains()
    {
        var copy = new Dictionary<string, Chain>(ChainCount, StringComparer.Ordinal);
        foreach (Chain chain in UnorderedChains) copy.Add(chain.Name, chain);
        return copy;
    }

    internal Chain[]? KnownUserChains => _userChains;

    internal bool KnowsReferences => _references is not null;

    internal Dictionary<string, int> References()
    {
        if (_references is { } known) return known;
        var references = new Dictionary<string, int>(ChainCount, StringComparer.Ordinal);
        foreach (Chain chain in UnorderedChains) CountReferences(references, chain, 1);
        return _references = references;
    }

    /// <summary>Adds <paramref name="times"/> for every jump of a chain's rules.</summary>
    internal static void CountReferences(Dictionary<string, int> references, Chain chain, int times)
    {
        foreach (Rule rule in chain.Rules)
        {
            if (ReferenceOf(rule) is not { } name) continue;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(references, name, out _) += times;
        }
    }

    /// <summary>The chain that a rule jumps or goes to, if it does.</summary>
    internal static string? ReferenceOf(Rule rule) => rule.Target switch
    {
        JumpTarget jump => jump.Chain,
        GotoTarget jump => jump.Chain,
        _ => null,
    };

    private Chain[] UserChains()
    {
        if (_userChains is { } known) return known;
        Chain[] chains = [.. UnorderedChains.Where(static chain => !chain.IsBuiltIn)];
        ChainOrder.Sort(chains);
        return _userChains = chains;
    }
}
