using NodePortSim.Iptables.Text.Parsing;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Reads the text of <c>iptables-save</c> or <c>ip6tables-save</c>, with or without counters and comment lines (spec netfilter-datapath 6.3). Thread-safe.</summary>
public static class SaveReader
{
    /// <summary>Reads all tables of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="family">The family: IPv4 for <c>iptables-save</c>, IPv6 for <c>ip6tables-save</c>.</param>
    /// <param name="file">The name that errors give the text.</param>
    /// <exception cref="IptablesTextException">The text has errors; the exception has all of them.</exception>
    public static SavedRules Read(string text, IpFamily family, string file = "iptables-save")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        var reader = new BlockReader(text, family, file, whole: true);
        RestoreInput input = reader.Read();
        RuleSet rules = RuleSet.Empty(family);
        int line = 0;
        foreach (RestoreTable table in input.Tables)
        {
            line = LineOfCommit(text, line);
            try
            {
                rules = rules.Apply(new RestoreInput(family, [table]), noflush: false).Rules;
            }
            catch (RestoreException refused)
            {
                // The kernel refuses a table at its COMMIT, and that is the line that iptables-restore names.
                throw new IptablesTextException([new TextError(file, line, 1, refused.Message)]);
            }
        }

        return new SavedRules(rules, reader.Counters);
    }

    /// <summary>The line of the first COMMIT after a line, both from 1.</summary>
    private static int LineOfCommit(string text, int after)
    {
        int line = 0;
        foreach (ReadOnlySpan<char> content in text.AsSpan().EnumerateLines())
        {
            if (++line > after && content.Trim().StartsWith("COMMIT", StringComparison.Ordinal)) return line;
        }

        return Math.Max(1, line);
    }
}
