using NodePortSim.Collections;
using NodePortSim.Manifests;

namespace NodePortSim.Scenarios;

/// <summary>What <see cref="ScenarioReader"/> read. Immutable; thread-safe.</summary>
/// <param name="Scenarios">The scenarios, in the order of files and of documents in them.</param>
/// <param name="Diagnostics">The errors and warnings of all files.</param>
public sealed record ScenarioReadResult(EquatableArray<Scenario> Scenarios, EquatableArray<Diagnostic> Diagnostics)
{
    /// <summary>Whether there is an error: then nothing should be run.</summary>
    public bool HasErrors => Diagnostics.Any(static d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>Refuses scenarios with errors.</summary>
    /// <returns>This result.</returns>
    /// <exception cref="ManifestException">There is an error; the message lists all of them.</exception>
    public ScenarioReadResult ThrowIfErrors() => HasErrors ? throw new ManifestException(Diagnostics) : this;
}
