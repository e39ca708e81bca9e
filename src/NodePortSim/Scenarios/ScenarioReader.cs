using NodePortSim.Collections;
using NodePortSim.Manifests;
using NodePortSim.Manifests.Binding;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Scenarios;

/// <summary>Reads scenario files: YAML or JSON documents of <c>kind: Scenario</c>, <c>apiVersion: nodeportsim.dev/v1alpha1</c>. Thread-safe.</summary>
/// <remarks>Paths in a scenario are relative to its file. Unlike in manifests an unknown field is an error: a mistyped expectation would hold for ever.</remarks>
public static class ScenarioReader
{
    private const string ApiVersion = "nodeportsim.dev/v1alpha1";
    private const string Kind = "Scenario";

    /// <summary>Reads files.</summary>
    /// <param name="paths">Files; directories, whose scenarios are read in the order of file names; <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">What <c>-</c> means; null where there is none.</param>
    /// <returns>What was read. Bad input gives diagnostics, never an exception.</returns>
    public static ScenarioReadResult Read(IEnumerable<string> paths, TextReader? standardInput = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var scenarios = new List<Scenario>();
        var diagnostics = new List<Diagnostic>();
        foreach (string path in paths)
        {
            int before = scenarios.Count;
            int problems = diagnostics.Count;
            (IReadOnlyList<string> files, string? notFound) = ManifestFiles.Find(path);
            if (notFound is not null) diagnostics.Add(Problem(path, notFound));
            bool isDirectory = Directory.Exists(path);
            foreach (string file in files)
            {
                (string? text, string? notRead) = ManifestFiles.ReadText(file, standardInput);
                if (text is not null) AddText(text, file, isDirectory, scenarios, diagnostics);
                else diagnostics.Add(Problem(file, notRead!));
            }

            if (scenarios.Count == before && diagnostics.Count == problems) diagnostics.Add(Problem(path, "there is no document of kind \"Scenario\""));
        }

        return new ScenarioReadResult(scenarios.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    /// <summary>Reads a text; paths in it are relative to the current directory.</summary>
    /// <param name="text">YAML of one or more documents, or JSON.</param>
    /// <param name="name">What diagnostics call it.</param>
    /// <returns>What was read. Bad input gives diagnostics, never an exception.</returns>
    public static ScenarioReadResult ReadText(string text, string name = "<text>")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        var scenarios = new List<Scenario>();
        var diagnostics = new List<Diagnostic>();
        AddText(text, name, false, scenarios, diagnostics);
        return new ScenarioReadResult(scenarios.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    /// <summary>Reads files, and refuses errors.</summary>
    /// <param name="paths">Files and directories, as <see cref="Read"/> takes them.</param>
    /// <exception cref="ManifestException">There is an error; the message lists all of them, one a line.</exception>
    public static IReadOnlyList<Scenario> Load(params string[] paths) => Read(paths).ThrowIfErrors().Scenarios;

    private static void AddText(string text, string file, bool skipOthers, List<Scenario> scenarios, List<Diagnostic> diagnostics)
    {
        var found = new DiagnosticList(file);
        foreach (YamlDocument document in YamlDocumentReader.Read(text, found))
            if (ReadDocument(document, found, skipOthers) is { } scenario) scenarios.Add(scenario);
        diagnostics.AddRange(found.Sorted());
    }

    private static Scenario? ReadDocument(YamlDocument document, DiagnosticList diagnostics, bool skipOthers)
    {
        var context = new BindingContext(diagnostics);
        if (document.Root is not YamlMapping mapping)
        {
            if (!skipOthers) context.WrongType(document.Root.Position, FieldPath.Root, document.Root, "object");
            return null;
        }

        MappingBinder root = MappingBinder.ForRoot(mapping, context);
        if (skipOthers && mapping["kind"] is not YamlScalar { Text: Kind }) return null;
        string kind = root.RequiredString("kind");
        string apiVersion = root.RequiredString("apiVersion");
        if (kind.Length == 0 || apiVersion.Length == 0) return null;
        if (kind != Kind || apiVersion != ApiVersion)
        {
            root.Error(kind != Kind ? "kind" : "apiVersion", $"a scenario has kind \"{Kind}\" in version \"{ApiVersion}\", not \"{kind}\" in version \"{apiVersion}\"");
            return null;
        }

        string directory = diagnostics.File == ManifestFiles.StandardInput ? "" : Path.GetDirectoryName(diagnostics.File) ?? "";
        return ScenarioBinder.Bind(root, directory) with { Source = new SourceMap(diagnostics.File, document.Origin, [], mapping.Position) };
    }

    private static Diagnostic Problem(string file, string problem) => new(DiagnosticSeverity.Error, file, 0, 0, null, problem);
}
