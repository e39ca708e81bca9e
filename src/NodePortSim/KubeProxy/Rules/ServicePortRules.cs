using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>A rule of a service port in a fixed chain: one that every sync writes.</summary>
internal readonly record struct EntryRule(string Chain, Rule Rule, RuleReason Reason);

/// <summary>All rules of one service port on the nodes that need them so. Immutable; thread-safe.</summary>
internal sealed class ServicePortRules
{
    private readonly RuleContext _context;
    private readonly EndpointSelection _selection;
    private readonly bool _nodeIsInSourceRanges;

    public ServicePortRules(RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges, ServicePortInfo port, ServicePortRulesBuilder rules)
    {
        _context = context;
        _selection = selection;
        _nodeIsInSourceRanges = nodeIsInSourceRanges;
        Port = port;
        NatEntries = [.. rules.NatEntries];
        FilterEntries = [.. rules.FilterEntries];
        Chains = rules.MakeChains();
        LeadingChain = rules.LeadingChain;
    }

    public ServicePortInfo Port { get; }

    public EndpointSelection Selection => _selection;

    public EntryRule[] NatEntries { get; }

    public EntryRule[] FilterEntries { get; }

    /// <summary>The chains of the service port's own, all in table nat, in the order in which the text declares them.</summary>
    public Chain[] Chains { get; }

    /// <summary>The chain whose first rule the text has before all others of <see cref="Chains"/> (rules I1 and I2); null for none.</summary>
    public string? LeadingChain { get; }

    public bool IsFor(RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges) =>
        nodeIsInSourceRanges == _nodeIsInSourceRanges
        && (ReferenceEquals(context, _context) || context == _context)
        && selection == _selection;

    /// <summary>Adds the commands that fill <see cref="Chains"/>, in the text's order.</summary>
    public void AppendChainCommands(ICollection<RestoreCommand> commands)
    {
        if (LeadingChain is not null)
            foreach (Chain chain in Chains)
                if (chain.Name == LeadingChain) commands.Add(new AppendRule(chain.Name, chain.Rules[0]));

        foreach (Chain chain in Chains)
            for (int i = chain.Name == LeadingChain ? 1 : 0; i < chain.Rules.Count; i++)
                commands.Add(new AppendRule(chain.Name, chain.Rules[i]));
    }
}
