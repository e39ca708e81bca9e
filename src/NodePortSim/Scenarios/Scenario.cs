using NodePortSim.Collections;
using NodePortSim.Manifests;

namespace NodePortSim.Scenarios;

/// <summary>A cluster to begin with, and what is done to it step by step: a <c>kind: Scenario</c> of nodeportsim.dev/v1alpha1. Immutable; thread-safe.</summary>
public sealed record Scenario
{
    /// <summary><c>metadata.name</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>spec.files</c>: the manifests to begin with; paths that a reader made are relative to the current directory, not to the scenario.</summary>
    public EquatableArray<string> Files { get; init; }

    /// <summary><c>spec.seed</c>: what every random choice follows from; null means the runner's.</summary>
    public ulong? Seed { get; init; }

    /// <summary><c>spec.steps</c>, in order.</summary>
    public EquatableArray<ScenarioStep> Steps { get; init; }

    /// <summary>Where the fields were written; null for a scenario that no file has.</summary>
    internal SourceMap? Source { get; init; }

    /// <summary>An error of one of the fields, with its place.</summary>
    internal Diagnostic Error(string field, string message) =>
        Source?.Error(field, message) ?? new Diagnostic(DiagnosticSeverity.Error, $"<scenario {Name}>", 0, 0, field, message);
}
