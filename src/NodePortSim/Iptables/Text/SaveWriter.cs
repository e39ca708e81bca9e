using System.Buffers;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Prints rules as <c>iptables-save</c> and <c>ip6tables-save</c> do (spec kube-proxy-iptables 3.8, netfilter-datapath 6.3).</summary>
/// <remarks>
/// The comment lines with version and time are left out. Without counters every chain line ends in <c>[0:0]</c>; with them those of built-in
/// chains are the policies', and every rule is preceded by its own, as <c>iptables-save -c</c> has it. Thread-safe.
/// </remarks>
public static class SaveWriter
{
    private const int ChainsAtATime = 1024;

    /// <summary>The text of all tables that exist: mangle, security, raw, filter, nat.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    public static string Write(RuleSet rules, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return TextSink.Collect((rules, counters), static (sink, s) => Write(sink, s.rules, s.counters));
    }

    /// <summary>Writes the text of all tables that exist as UTF-8.</summary>
    /// <param name="output">Where to write to.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    public static void Write(IBufferWriter<byte> output, RuleSet rules, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        TextSink.Send(output, (rules, counters), static (sink, s) => Write(sink, s.rules, s.counters));
    }

    /// <summary>The text of one table, from <c>*table</c> to <c>COMMIT</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    public static string Write(TableRules table, IpFamily family, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return TextSink.Collect((table, family, counters), static (sink, s) => Write(sink, s.table, s.family, s.counters));
    }

    /// <summary>Writes the text of one table as UTF-8.</summary>
    /// <param name="output">Where to write to.</param>
    /// <param name="table">The table.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    /// <param name="counters">The counters to print; null prints none.</param>
    public static void Write(IBufferWriter<byte> output, TableRules table, IpFamily family, IRuleCounters? counters = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        TextSink.Send(output, (table, family, counters), static (sink, s) => Write(sink, s.table, s.family, s.counters));
    }

    /// <summary>The text of one rule after <c>-A CHAIN</c>: header, matches, target.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="family">The family, which decides how some options are printed.</param>
    public static string Write(Rule rule, IpFamily family)
    {
        ArgumentNullException.ThrowIfNull(rule);
        string text = TextSink.Collect((rule, family), static (sink, s) => RuleSpec.Append(sink, s.rule, s.family, null));
        return text.Length == 0 ? text : text[1..];
    }

    private static void Write(TextSink sink, RuleSet rules, IRuleCounters? counters)
    {
        foreach (TableRules table in rules.Tables) Write(sink, table, rules.Family, counters);
    }

    private static void Write(TextSink sink, TableRules table, IpFamily family, IRuleCounters? counters)
    {
        sink.Append('*');
        sink.Append(table.Table.Name());
        sink.Append('\n');
        Chain[] chains = [.. table.Chains];
        foreach (Chain chain in chains) WriteChainLine(sink, table.Table, chain, counters);

        // Whoever counts need not bear to be asked by several threads.
        if (counters is null)
            sink.AppendAll(chains.Length, ChainsAtATime, (table.Table, chains, family), static (part, s, i) => WriteRules(part, s.Table, s.chains[i], s.family, null));
        else
            foreach (Chain chain in chains) WriteRules(sink, table.Table, chain, family, counters);
        sink.Append("COMMIT\n"u8);
    }

    private static void WriteChainLine(TextSink sink, IptablesTable table, Chain chain, IRuleCounters? counters)
    {
        sink.Append(':');
        sink.Append(chain.Name);
        sink.Append(chain.Policy switch
        {
            null => " - "u8,
            ChainPolicy.Accept => " ACCEPT "u8,
            _ => " DROP "u8,
        });

        // The kernel keeps no counter for the end of a user chain.
        if (counters is null || !chain.IsBuiltIn) sink.Append("[0:0]"u8);
        else WriteCounter(sink, counters.OfPolicy(table, chain.Name));
        sink.Append('\n');
    }

    private static void WriteRules(TextSink sink, IptablesTable table, Chain chain, IpFamily family, IRuleCounters? counters)
    {
        for (int i = 0; i < chain.Rules.Count; i++)
        {
            if (counters is not null)
            {
                WriteCounter(sink, counters.OfRule(table, chain.Name, i));
                sink.Append(' ');
            }

            sink.Append("-A "u8);
            sink.Append(chain.Name);
            RuleSpec.Append(sink, chain.Rules[i], family, null);
            sink.Append('\n');
        }
    }

    private static void WriteCounter(TextSink sink, RuleCounter counter)
    {
        sink.Append('[');
        sink.AppendNumber(counter.Packets);
        sink.Append(':');
        sink.AppendNumber(counter.Bytes);
        sink.Append(']');
    }
}
