namespace NodePortSim.Manifests;

/// <summary>How grave a <see cref="Diagnostic"/> is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing; the manifest is used nonetheless.</summary>
    Warning,

    /// <summary>The manifest cannot be used.</summary>
    Error,
}
