using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests;

/// <summary>Collects the diagnostics of one file.</summary>
internal sealed class DiagnosticList(string file)
{
    private readonly List<Diagnostic> _diagnostics = [];
    private int _omitted;

    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>How many errors there are, those past the limit included.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Adds an error.</summary>
    public void Error(YamlPosition position, string? field, string message)
    {
        ErrorCount++;
        Add(DiagnosticSeverity.Error, position, field, message);
    }

    /// <summary>Adds a warning.</summary>
    public void Warning(YamlPosition position, string? field, string message) =>
        Add(DiagnosticSeverity.Warning, position, field, message);

    private void Add(DiagnosticSeverity severity, YamlPosition position, string? field, string message)
    {
        if (_diagnostics.Count < ManifestLimits.MaxDiagnosticsPerFile)
            _diagnostics.Add(new Diagnostic(severity, File, position.Line, position.Column, field, message));
        else _omitted++;
    }

    /// <summary>The diagnostics by line and column.</summary>
    public IEnumerable<Diagnostic> Sorted()
    {
        IEnumerable<Diagnostic> sorted = _diagnostics.OrderBy(static d => d.Line).ThenBy(static d => d.Column);
        if (_omitted == 0) return sorted;
        var severity = ErrorCount > 0 ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        return sorted.Append(new Diagnostic(severity, File, 0, 0, null, $"too many problems: {_omitted} more are not listed"));
    }
}
