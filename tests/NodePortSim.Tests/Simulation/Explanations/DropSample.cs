using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Tests.Simulation.Explanations;

/// <summary>A connection that fails, and why it should.</summary>
/// <param name="Outcome">What the client learns.</param>
/// <param name="Reason">Why.</param>
/// <param name="Start">Makes the simulation.</param>
/// <param name="From">The client.</param>
/// <param name="To">Where it connects to.</param>
internal sealed record DropSample(Outcome Outcome, OutcomeReason Reason, Func<Simulator> Start, string From, string To)
{
    /// <summary>How it connects.</summary>
    public ConnectOptions Options { get; init; } = new() { SourcePort = 40001 };

    /// <summary>Whether a fix is known; its first one is then applied and has to work.</summary>
    public bool HasFix { get; init; } = true;

    /// <summary>How the failure comes about, where it is no new connection's.</summary>
    public Func<Simulator, Trace>? Explain { get; init; }

    public Trace Run(Simulator simulator) => Explain is null ? simulator.Host(From).Explain(To, Options) : Explain(simulator);
}
