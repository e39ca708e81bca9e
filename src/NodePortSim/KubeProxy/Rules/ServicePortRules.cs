using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>A rule of a service port in a fixed chain: one that every sync writes.</summary>
internal readonly record struct EntryRule(string Chain, Rule Rule, RuleReason Reason);

/// <summary>All rules of one service port on the nodes that need them so; its own chains are made when somebody first looks. Immutable; thread-safe.</summary>
internal sealed class ServicePortRules
{
    // Beyond this, finding a chain by comparing one name after the other costs more than a dictionary.
    private const int MaxSearched = 16;

    private readonly RuleContext _context;
    private readonly EndpointSelection _selection;
    private readonly bool _nodeIsInSourceRanges;
    private MadeChains? _made;

    public ServicePortRules(ServicePortInfo port, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        _context = context;
        _selection = selection;
        _nodeIsInSourceRanges = nodeIsInSourceRanges;
        Port = port;
        (NatEntries, FilterEntries) = RuleCompiler.Entries(port, context, selection);
    }

    public ServicePortInfo Port { get; }

    public EndpointSelection Selection => _selection;

    public EntryRule[] NatEntries { get; }

    public EntryRule[] FilterEntries { get; }

    /// <summary>The chains of the service port's own, all in table nat, in the order in which the text declares them.</summary>
    public Chain[] Chains => Made.Chains;

    /// <summary>Whether somebody has looked at <see cref="Chains"/>.</summary>
    public bool HasMadeChains => Volatile.Read(ref _made) is not null;

    /// <summary>The names of <see cref="Chains"/>, in order; no chain is made for them.</summary>
    public IEnumerable<string> ChainNames => Volatile.Read(ref _made) is { } made
        ? made.Chains.Select(static chain => chain.Name)
        : RuleCompiler.NamesOfChains(Port, _context, _selection);

    /// <summary>The number of <see cref="Chains"/>; none is made for it.</summary>
    public int ChainCount => RuleCounts.Chains(Port, _context, _selection);

    /// <summary>The number of rules in <see cref="Chains"/>; none is made for it.</summary>
    public int OwnRuleCount => RuleCounts.Rules(Port, _context, _selection, _nodeIsInSourceRanges);

    private MadeChains Made
    {
        get
        {
            if (Volatile.Read(ref _made) is { } known) return known;
            MadeChains made = RuleCompiler.Chains(Port, _context, _selection, _nodeIsInSourceRanges);

            // Whoever comes second takes the first one's: a chain is one object for all.
            return Interlocked.CompareExchange(ref _made, made, null) ?? made;
        }
    }

    /// <summary>The chain of a name, or null.</summary>
    public Chain? Find(string name)
    {
        MadeChains made = Made;
        if (made.Chains.Length > MaxSearched)
            return (made.ByName ??= made.Chains.DistinctBy(static chain => chain.Name).ToDictionary(static chain => chain.Name, StringComparer.Ordinal)).GetValueOrDefault(name);
        foreach (Chain chain in made.Chains)
            if (string.Equals(chain.Name, name, StringComparison.Ordinal)) return chain;
        return null;
    }

    public bool IsFor(RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges) =>
        nodeIsInSourceRanges == _nodeIsInSourceRanges
        && (ReferenceEquals(context, _context) || context == _context)
        && selection == _selection;

    /// <summary>Whether the rules in a fixed chain are the same as another's.</summary>
    public bool HasSameEntries(ServicePortRules other, IptablesTable table, string chain)
    {
        EntryRule[] mine = Entries(table), its = other.Entries(table);
        if (ReferenceEquals(mine, its)) return true;
        int i = 0, k = 0;
        while (true)
        {
            while (i < mine.Length && mine[i].Chain != chain) i++;
            while (k < its.Length && its[k].Chain != chain) k++;
            if (i == mine.Length || k == its.Length) return i == mine.Length && k == its.Length;
            if (mine[i++].Rule != its[k++].Rule) return false;
        }
    }

    public EntryRule[] Entries(IptablesTable table) => table == IptablesTable.Nat ? NatEntries : FilterEntries;

    /// <summary>The commands that fill <see cref="Chains"/>, in the text's order.</summary>
    public RestoreCommand[] ChainCommands()
    {
        MadeChains made = Made;
        var commands = new RestoreCommand[made.Chains.Sum(static chain => chain.Rules.Count)];
        int count = 0;
        foreach (Chain chain in made.Chains)
            if (chain.Name == made.LeadingChain) commands[count++] = new AppendRule(chain.Name, chain.Rules[0]);
        foreach (Chain chain in made.Chains)
            for (int i = chain.Name == made.LeadingChain ? 1 : 0; i < chain.Rules.Count; i++) commands[count++] = new AppendRule(chain.Name, chain.Rules[i]);
        return commands;
    }

    /// <summary>The chains, once made.</summary>
    internal sealed class MadeChains(Chain[] chains, string? leadingChain)
    {
        public Chain[] Chains { get; } = chains;

        /// <summary>The chain whose first rule the text has before all others (rules I1 and I2); null for none.</summary>
        public string? LeadingChain { get; } = leadingChain;

        public Dictionary<string, Chain>? ByName { get; set; }
    }
}
