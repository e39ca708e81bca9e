using NodePortSim.Collections;
using NodePortSim.Manifests;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Scenarios;

/// <summary>What came of a scenario. Immutable; thread-safe.</summary>
/// <param name="Name">The scenario's name.</param>
/// <param name="Steps">What came of each step, in order.</param>
public sealed record ScenarioResult(string Name, EquatableArray<ScenarioStepResult> Steps)
{
    /// <summary>Whether every expectation held.</summary>
    public bool Passed => Steps.All(static step => step.Passed);

    /// <summary>What is worth knowing of the manifests; no errors among it.</summary>
    public EquatableArray<Diagnostic> Warnings { get; init; }
}

/// <summary>What came of a step. Immutable; thread-safe.</summary>
/// <param name="Index">The step's place, from 0.</param>
/// <param name="Step">The step.</param>
public sealed record ScenarioStepResult(int Index, ScenarioStep Step)
{
    /// <summary>One sentence for each expectation that did not hold.</summary>
    public EquatableArray<string> Failures { get; init; }

    /// <summary>The connections of a <c>connect</c> step; null for another one.</summary>
    public ConnectionSeries? Connections { get; init; }

    /// <summary>The minimal trace of the first connection that was not as expected; empty where all were, and for another step.</summary>
    public EquatableArray<string> Trace { get; init; }

    /// <summary>The lines of a <c>conntrack</c> or <c>rules</c> step; null for another one.</summary>
    public EquatableArray<string>? Lines { get; init; }

    /// <summary>Whether every expectation held.</summary>
    public bool Passed => Failures.IsEmpty;
}
