using NodePortSim.Iptables.Text.Parsing;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Reads a text that is meant for <c>iptables-restore</c> (spec kube-proxy-iptables 3.3). Thread-safe.</summary>
/// <remarks>
/// Arguments may stand in any order that iptables accepts. Whether chains exist is not asked here but by <see cref="RuleSet.Apply"/>. The commands
/// are <c>-A</c>, <c>-I</c> at the top, <c>-N</c> and <c>-X</c>.
/// </remarks>
public static class RestoreReader
{
    /// <summary>Reads all tables of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="family">The family: IPv4 for <c>iptables-restore</c>, IPv6 for <c>ip6tables-restore</c>.</param>
    /// <param name="file">The name that errors give the text.</param>
    /// <exception cref="IptablesTextException">The text has errors; the exception has all of them.</exception>
    public static RestoreInput Read(string text, IpFamily family, string file = "iptables-restore")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        return new BlockReader(text, family, file, whole: false).Read();
    }

    /// <summary>Reads the arguments of one rule, as they stand after <c>-A CHAIN</c>.</summary>
    /// <param name="arguments">The arguments: <c>-p tcp --dport 80 -j ACCEPT</c>.</param>
    /// <param name="family">The family.</param>
    /// <exception cref="IptablesTextException">The arguments are wrong.</exception>
    public static Rule ReadRule(string arguments, IpFamily family)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return BlockReader.ReadRule(arguments, family);
    }
}
