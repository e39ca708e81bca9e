using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>What one sync decided, from which both its text and the rules that are in place after it follow. Immutable; thread-safe.</summary>
/// <param name="Options">kube-proxy's options.</param>
/// <param name="Family">The family.</param>
/// <param name="Fixed">The rules that do not depend on services.</param>
/// <param name="Services">The rules of all service ports, in the text's order.</param>
/// <param name="IsWritten">For each of <paramref name="Services"/>, whether its own chains are in the text.</param>
/// <param name="Leftover">Chains that nothing refers to any more, but that are not deleted yet.</param>
/// <param name="Deleted">The names of the chains that the text deletes, in order.</param>
internal sealed record RuleAssembly(
    KubeProxyOptions Options,
    IpFamily Family,
    FixedRules Fixed,
    ServicePortRules[] Services,
    bool[] IsWritten,
    Chain[] Leftover,
    string[] Deleted)
{
    /// <summary>The text that kube-proxy hands to <c>iptables-restore</c>.</summary>
    public RestoreInput MakeRestoreInput()
    {
        var filter = new List<RestoreCommand>();
        var nat = new List<RestoreCommand>();
        var natChains = new List<string>(Fixed.NatChains);
        Append(filter, Fixed.FilterFirst);
        Append(nat, Fixed.NatFirst);
        for (int i = 0; i < Services.Length; i++)
        {
            ServicePortRules service = Services[i];
            Append(filter, service.FilterEntries);
            Append(nat, service.NatEntries);
            if (!IsWritten[i]) continue;
            foreach (Chain chain in service.Chains) natChains.Add(chain.Name);
            service.AppendChainCommands(nat);
        }

        natChains.AddRange(Deleted);
        foreach (string name in Deleted) nat.Add(new DeleteChain(name));
        Append(filter, Fixed.FilterLast);
        Append(nat, Fixed.NatLast);
        return new RestoreInput(
            Family,
            [
                new RestoreTable(IptablesTable.Filter, [.. Fixed.FilterChains], [.. filter]),
                new RestoreTable(IptablesTable.Nat, [.. natChains], [.. nat]),
            ]);
    }

    /// <summary>The chains that <see cref="MakeRestoreInput"/> declares.</summary>
    public IEnumerable<(IptablesTable Table, string Chain)> DeclaredChains()
    {
        foreach (string name in Fixed.FilterChains) yield return (IptablesTable.Filter, name);
        foreach (string name in Fixed.NatChains) yield return (IptablesTable.Nat, name);
        for (int i = 0; i < Services.Length; i++)
        {
            if (!IsWritten[i]) continue;
            foreach (Chain chain in Services[i].Chains) yield return (IptablesTable.Nat, chain.Name);
        }

        foreach (string name in Deleted) yield return (IptablesTable.Nat, name);
    }

    /// <summary>The rules of a table that a full sync of this state has in its text.</summary>
    public int CountRules(IptablesTable table)
    {
        if (table == IptablesTable.Filter) return Fixed.FilterFirst.Length + Fixed.FilterLast.Length + Services.Sum(static s => s.FilterEntries.Length);
        if (table != IptablesTable.Nat) return 0;
        int own = Services.Sum(static s => s.NatEntries.Length + s.Chains.Sum(static chain => chain.Rules.Count));
        return Fixed.NatFirst.Length + Fixed.NatLast.Length + own;
    }

    /// <summary>The rules in place after the sync, on a node that has no others.</summary>
    public RuleSet MakeRuleSet()
    {
        var mangle = new TableRules(IptablesTable.Mangle, BaseChains.Of(IptablesTable.Mangle, Family, Options.Level));
        return RuleSet.Empty(Family).With(mangle).With(MakeTable(IptablesTable.Filter)).With(MakeTable(IptablesTable.Nat));
    }

    /// <summary>Whether another assembly leads to the same rules, as far as that shows by the objects that it is made of.</summary>
    public bool GivesSameRules(RuleAssembly other) =>
        Family == other.Family
        && Leftover.Length == 0
        && other.Leftover.Length == 0
        && Services.AsSpan().SequenceEqual(other.Services)
        && Options == other.Options
        && Fixed.NatLast.AsSpan().SequenceEqual(other.Fixed.NatLast);

    private TableRules MakeTable(IptablesTable table)
    {
        bool nat = table == IptablesTable.Nat;
        Dictionary<string, List<Rule>> entries = [];
        foreach (string name in nat ? Fixed.NatChains : Fixed.FilterChains) entries[name] = [];
        Collect(entries, nat ? Fixed.NatFirst : Fixed.FilterFirst);
        foreach (ServicePortRules service in Services) Collect(entries, nat ? service.NatEntries : service.FilterEntries);
        Collect(entries, nat ? Fixed.NatLast : Fixed.FilterLast);
        IEnumerable<Chain> chains = BaseChains.Of(table, Family, Options.Level)
            .Concat(entries.Select(static entry => new Chain(entry.Key, null, entry.Value.ToEquatableArray())));
        if (nat) chains = chains.Concat(Leftover).Concat(Services.SelectMany(static service => service.Chains));
        return new TableRules(table, chains);
    }

    private static void Append(List<RestoreCommand> commands, EntryRule[] entries)
    {
        foreach (EntryRule entry in entries) commands.Add(new AppendRule(entry.Chain, entry.Rule));
    }

    private static void Collect(Dictionary<string, List<Rule>> entries, EntryRule[] rules)
    {
        foreach (EntryRule rule in rules) entries[rule.Chain].Add(rule.Rule);
    }
}
