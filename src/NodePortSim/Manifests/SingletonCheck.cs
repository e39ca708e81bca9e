using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests;

/// <summary>Refuses a second object of the kinds that a simulation has one of.</summary>
internal sealed class SingletonCheck
{
    private readonly Dictionary<string, SourceMap> _first = new(StringComparer.Ordinal);

    /// <summary>Checks an object against those before it: whether it may be used. If not, says so.</summary>
    public bool Accepts(ManifestObject manifest, DiagnosticList diagnostics)
    {
        if (manifest.Object is not (NetworkConfiguration or KubeProxyConfiguration or KindCluster)) return true;
        string kind = manifest.Object.Kind;
        if (_first.TryAdd(kind, manifest.Source)) return true;
        SourceMap first = _first[kind];
        (_, int line, int column) = manifest.Source.Locate("kind");
        diagnostics.Error(
            new YamlPosition(line, column), null, $"at most one {kind} may be given; the first is at {first.File}:{first.Line}:{first.Column}");
        return false;
    }
}
