using NodePortSim.Collections;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests;

/// <summary>Reads manifests: YAML or JSON text with Kubernetes objects and configurations.</summary>
/// <remarks>
/// Kinds: v1 Service, Endpoints, Node, Pod and List; discovery.k8s.io/v1 EndpointSlice; apps/v1 Deployment; typed lists of these;
/// kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration; kind.x-k8s.io/v1alpha4 Cluster; nodeportsim.dev/v1alpha1 ExternalClient and
/// Network. Other kinds of Kubernetes are ignored with a warning. Scalars have the types that kubectl gives them. Nothing is defaulted,
/// and of values only the types are checked. All methods are thread-safe.
/// </remarks>
public static class ManifestReader
{
    /// <summary>Reads files.</summary>
    /// <param name="paths">
    /// Files; directories, whose <c>*.yaml</c>, <c>*.yml</c> and <c>*.json</c> are read in ordinal order of names; <c>-</c> for
    /// <paramref name="standardInput"/>.
    /// </param>
    /// <param name="standardInput">What <c>-</c> means; null where there is none.</param>
    /// <returns>What was read. Bad input gives diagnostics, never an exception.</returns>
    public static ManifestResult Read(IEnumerable<string> paths, TextReader? standardInput = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var pass = new Pass();
        foreach (string path in paths)
        {
            (IReadOnlyList<string> files, string? notFound) = ManifestFiles.Find(path);
            if (notFound is not null) pass.AddProblem(path, notFound);
            foreach (string file in files)
            {
                (string? text, string? notRead) = ManifestFiles.ReadText(file, standardInput);
                if (text is not null) pass.Add(text, file);
                else pass.AddProblem(file, notRead!);
            }
        }

        return pass.Result();
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML of one or more documents, or JSON.</param>
    /// <param name="name">What diagnostics call it.</param>
    /// <returns>What was read. Bad input gives diagnostics, never an exception.</returns>
    public static ManifestResult ReadText(string text, string name = "<text>")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        var pass = new Pass();
        pass.Add(text, name);
        return pass.Result();
    }

    /// <summary>Reads files, and refuses errors.</summary>
    /// <param name="paths">Files and directories, as <see cref="Read"/> takes them.</param>
    /// <exception cref="ManifestException">There is an error; the message lists all of them, one a line.</exception>
    public static ManifestResult Load(params string[] paths) => Read(paths).ThrowIfErrors();

    private sealed class Pass
    {
        private readonly List<ManifestObject> _objects = [];
        private readonly List<ManifestObject> _incomplete = [];
        private readonly List<Diagnostic> _diagnostics = [];
        private readonly SingletonCheck _singletons = new();

        public void Add(string text, string file)
        {
            var diagnostics = new DiagnosticList(file);
            var objects = new List<ManifestObject>();
            var reader = new ObjectReader(diagnostics, objects, _incomplete);
            foreach (YamlDocument document in YamlDocumentReader.Read(text, diagnostics)) reader.Read(document);
            foreach (ManifestObject manifest in objects) (_singletons.Accepts(manifest, diagnostics) ? _objects : _incomplete).Add(manifest);
            _diagnostics.AddRange(diagnostics.Sorted());
        }

        public void AddProblem(string file, string problem) =>
            _diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, file, 0, 0, null, problem));

        public ManifestResult Result() => new()
        {
            Objects = _objects.ToEquatableArray(),
            Incomplete = _incomplete.ToEquatableArray(),
            Diagnostics = _diagnostics.ToEquatableArray(),
        };
    }
}
