using System.Text.RegularExpressions;
using NodePortSim.Net;

namespace NodePortSim.KernelTests.Kernel;

/// <summary>iptables, conntrack and nfacct in a network namespace.</summary>
internal static partial class Tools
{
    /// <summary>Replaces the rules of a family with those of a text; accounting objects that it names are made first.</summary>
    public static void Restore(this NetworkNamespace node, IpFamily family, string text)
    {
        string[] known = [.. Names(NfacctListed(), node.Tool("nfacct", "list"))];
        foreach (string name in Names(NfacctUsed(), text).Distinct().Except(known)) node.Tool("nfacct", "add", name);
        node.ToolWithInput(text, Program(family) + "-restore");
    }

    /// <summary>The rules of a family, without the comment lines that tell version and time.</summary>
    public static string Save(this NetworkNamespace node, IpFamily family, bool counters = false)
    {
        string text = counters ? node.Tool(Program(family) + "-save", "-c") : node.Tool(Program(family) + "-save");
        return string.Concat(text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line + "\n"));
    }

    /// <summary>Empties all lists of the match "recent".</summary>
    public static void ForgetRecent(this NetworkNamespace node) => node.Run(() =>
    {
        // The process's own entry in /proc would be that of its first thread's namespace.
        foreach (string list in Directory.GetFiles("/proc/thread-self/net/xt_recent")) File.WriteAllText(list, "/");
    });

    private static string Program(IpFamily family) => family == IpFamily.IPv4 ? "iptables" : "ip6tables";

    private static IEnumerable<string> Names(Regex pattern, string text) => pattern.Matches(text).Select(static match => match.Groups[1].Value);

    [GeneratedRegex(@"--nfacct-name +(\S+)")]
    private static partial Regex NfacctUsed();

    [GeneratedRegex(@"= (\S+);")]
    private static partial Regex NfacctListed();
}
