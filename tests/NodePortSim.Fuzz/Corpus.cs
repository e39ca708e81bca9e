using System.Reflection;

namespace NodePortSim.Fuzz;

/// <summary>The files of the folder Corpus: manifests, rules and scenarios of real clusters, to be mutated.</summary>
internal static class Corpus
{
    /// <summary>Texts of Kubernetes manifests.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [.. Files(".manifest.yaml"), .. Files(".hosts.yaml")];

    /// <summary>Whole clusters with clients: manifests that go together.</summary>
    public static IReadOnlyList<string> Clusters { get; } =
        [.. Names(".hosts.yaml").Select(static name => Read(name.Replace(".hosts.", ".manifest.", StringComparison.Ordinal)) + "\n---\n" + Read(name))];

    /// <summary>Texts as <c>iptables-save</c> prints them.</summary>
    public static IReadOnlyList<string> Saves { get; } = Files(".save");

    /// <summary>Texts as kube-proxy hands them to <c>iptables-restore</c>.</summary>
    public static IReadOnlyList<string> Restores { get; } = Files(".restore");

    /// <summary>Texts of scenarios.</summary>
    public static IReadOnlyList<string> Scenarios { get; } = Files(".scenario.yaml");

    private static Assembly Assembly => typeof(Corpus).Assembly;

    private static string[] Files(string extension) => [.. Names(extension).Select(Read)];

    private static IEnumerable<string> Names(string extension) =>
        Assembly.GetManifestResourceNames().Where(name => name.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
