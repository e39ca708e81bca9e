using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Prints rules as <c>iptables -t TABLE -S [CHAIN]</c> does; with counters as <c>-v -S</c> (spec netfilter-datapath 6.3). Thread-safe.</summary>
public static class SpecWriter
{
    /// <summary>The text of one table: policies, user chains, then the rules chain by chain.</summary>
    /// <param name="table">The table.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    public static string Write(TableRules table, IpFamily family, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return TextSink.Collect((table, family, counters), static (sink, s) =>
        {
            foreach (Chain chain in s.table.Chains) WriteHeader(sink, s.table.Table, chain, s.counters);
            foreach (Chain chain in s.table.Chains) WriteRules(sink, s.table.Table, chain, s.family, s.counters);
        });
    }

    /// <summary>The text of one chain: its policy or name, then its rules.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    /// <exception cref="IptablesException">The table has no such chain.</exception>
    public static string WriteChain(TableRules table, string chain, IpFamily family, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.TryGetChain(chain, out Chain? found)) throw IptablesException.NoSuchChain(table.Table, chain);
        return TextSink.Collect((table, found, family, counters), static (sink, s) =>
        {
            WriteHeader(sink, s.table.Table, s.found, s.counters);
            WriteRules(sink, s.table.Table, s.found, s.family, s.counters);
        });
    }

    private static void WriteHeader(TextSink sink, IptablesTable table, Chain chain, IRuleCounters? counters)
    {
        sink.Append(chain.IsBuiltIn ? "-P "u8 : "-N "u8);
        sink.Append(chain.Name);
        if (chain.Policy is { } policy)
        {
            sink.Append(policy == ChainPolicy.Accept ? " ACCEPT"u8 : " DROP"u8);
            if (counters is not null) RuleSpec.AppendCounter(sink, counters.OfPolicy(table, chain.Name));
        }

        sink.Append('\n');
    }

    private static void WriteRules(TextSink sink, IptablesTable table, Chain chain, IpFamily family, IRuleCounters? counters)
    {
        for (int i = 0; i < chain.Rules.Count; i++)
        {
            sink.Append("-A "u8);
            sink.Append(chain.Name);
            RuleSpec.Append(sink, chain.Rules[i], family, counters?.OfRule(table, chain.Name, i));
            sink.Append('\n');
        }
    }
}
