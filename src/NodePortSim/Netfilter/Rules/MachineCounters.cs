using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The counters of one family's rules in one machine, as they stand: what writers print (spec netfilter-datapath 1.4).</summary>
internal sealed class MachineCounters(FamilyRules rules, PathTable paths) : IRuleCounters
{
    /// <inheritdoc/>
    public RuleCounter OfRule(IptablesTable table, string chain, int ruleIndex) => Find(table, chain)?.CounterOf(ruleIndex) ?? default;

    /// <inheritdoc/>
    public RuleCounter OfPolicy(IptablesTable table, string chain) => Find(table, chain)?.PolicyCounter.Snapshot ?? default;

    /// <summary>Sets counters to zero, as <c>iptables -Z</c> does.</summary>
    /// <param name="table">The table; null means all.</param>
    /// <param name="chain">The chain; null means all of the table.</param>
    public void Zero(IptablesTable? table = null, string? chain = null)
    {
        paths.Settle();
        foreach (IptablesTable each in Enum.GetValues<IptablesTable>())
        {
            if (table is not null && table != each || rules[each] is not { } loaded) continue;
            foreach (LoadedChain of in loaded.Chains)
                if (chain is null || of.Name == chain) of.Zero();
        }
    }

    /// <summary>A chain whose counters are to be read, packets of known paths among them; null where it is loaded when its first packet comes, and none has come.</summary>
    private LoadedChain? Find(IptablesTable table, string chain)
    {
        paths.Settle();
        LoadedChain? loaded = rules[table]?[chain];
        return loaded is not null || rules[table]?.Generated is not null ? loaded : throw new ArgumentException($"table {table.Name()} has no chain {chain}");
    }
}
