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
        return new SavedRules(RuleSet.Empty(family).Apply(input, noflush: false).Rules, reader.Counters);
    }
}
