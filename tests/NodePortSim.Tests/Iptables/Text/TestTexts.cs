using System.Reflection;

namespace NodePortSim.Tests.Iptables.Text;

/// <summary>Texts of the real kube-proxy and the real iptables tools, kept beside the tests.</summary>
internal static class TestTexts
{
    /// <summary>The text of Data/iptables/<paramref name="name"/>.</summary>
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("iptables/" + name)
            ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The names of all texts that end so.</summary>
    public static IEnumerable<string> Names(string suffix) => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith("iptables/", StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal))
        .Select(static name => name["iptables/".Length..]).Order(StringComparer.Ordinal);
}
