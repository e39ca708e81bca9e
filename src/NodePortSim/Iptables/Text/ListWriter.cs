using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Prints rules as <c>iptables -t TABLE -n -L [CHAIN]</c> does, with <c>-v</c>, <c>-x</c> and <c>--line-numbers</c> as options (spec netfilter-datapath 6.4). Thread-safe.</summary>
public static class ListWriter
{
    /// <summary>The text of all chains of a table, separated by empty lines.</summary>
    /// <param name="table">The table.</param>
    /// <param name="family">The family, which decides how addresses and some options are printed.</param>
    /// <param name="counters">The counters to print; null prints zeros.</param>
    /// <param name="options">How to print; null means the defaults.</param>
    public static string Write(TableRules table, IpFamily family, IRuleCounters? counters = null, ListOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var context = new Listing(table, family, counters, options ?? new ListOptions());
        return TextSink.Collect(context, static (sink, listing) =>
        {
            bool first = true;
            foreach (Chain chain in listing.Table.Chains)
            {
                if (!first) sink.Append('\n');
                first = false;
                WriteChain(sink, listing, chain);
            }
        });
    }

    /// <summary>The text of one chain.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain's name.</param>
    /// <param name="family">The family, which decides how addresses and some options are printed.</param>
    /// <param name="counters">The counters to print; null prints zeros.</param>
    /// <param name="options">How to print; null means the defaults.</param>
    /// <exception cref="IptablesException">The table has no such chain.</exception>
    public static string WriteChain(TableRules table, string chain, IpFamily family, IRuleCounters? counters = null, ListOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (!table.TryGetChain(chain, out Chain? found)) throw IptablesException.NoSuchChain(table.Table, chain);
        var context = new Listing(table, family, counters, options ?? new ListOptions());
        return TextSink.Collect((context, found), static (sink, s) => WriteChain(sink, s.context, s.found));
    }

    private sealed record Listing(TableRules Table, IpFamily Family, IRuleCounters? Counters, ListOptions Options);

    private static void WriteChain(TextSink sink, Listing listing, Chain chain)
    {
        WriteHeader(sink, listing, chain);
        for (int i = 0; i < chain.Rules.Count; i++)
        {
            if (listing.Options.LineNumbers)
            {
                long start = sink.Mark;
                sink.AppendNumber((ulong)i + 1);
                sink.PadFrom(start, 4);
                sink.Append(' ');
            }

            if (listing.Options.Verbose)
            {
                RuleCounter counter = listing.Counters?.OfRule(listing.Table.Table, chain.Name, i) ?? default;
                CounterText.AppendColumn(sink, counter.Packets, listing.Options.Exact);
                CounterText.AppendColumn(sink, counter.Bytes, listing.Options.Exact);
            }

            RuleListing.Append(sink, chain.Rules[i], listing.Family, listing.Options.Verbose);
            sink.Append('\n');
        }
    }

    private static void WriteHeader(TextSink sink, Listing listing, Chain chain)
    {
        sink.Append("Chain "u8);
        sink.Append(chain.Name);
        sink.Append(" ("u8);
        if (chain.Policy is { } policy)
        {
            sink.Append(policy == ChainPolicy.Accept ? "policy ACCEPT"u8 : "policy DROP"u8);
            if (listing.Options.Verbose)
            {
                RuleCounter counter = listing.Counters?.OfPolicy(listing.Table.Table, chain.Name) ?? default;
                sink.Append(' ');
                CounterText.Append(sink, counter.Packets, listing.Options.Exact);
                sink.Append(" packets, "u8);
                CounterText.Append(sink, counter.Bytes, listing.Options.Exact);
                sink.Append(" bytes"u8);
            }
        }
        else
        {
            sink.AppendNumber((ulong)listing.Table.ReferencesTo(chain.Name));
            sink.Append(" references"u8);
        }

        sink.Append(")\n"u8);
        if (listing.Options.LineNumbers) sink.Append("num  "u8);
        if (listing.Options.Verbose) sink.Append(listing.Options.Exact ? "    pkts      bytes "u8 : " pkts bytes "u8);
        sink.Append("target     prot opt "u8);
        if (listing.Options.Verbose) sink.Append("in     out     "u8);
        sink.Append("source               destination         \n"u8);
    }
}
