using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Exploration;

/// <summary>All that can come of a connection. Immutable; thread-safe.</summary>
public sealed record ExplorationResult
{
    /// <summary>The name of the host that connects.</summary>
    public required string From { get; init; }

    /// <summary>Where it connects to.</summary>
    public required IpEndpoint To { get; init; }

    /// <summary>By which protocol.</summary>
    public Protocol Protocol { get; init; } = Protocol.Tcp;

    /// <summary>The outcomes, each different, by <see cref="ExploredOutcome.Outcome"/> and then by backend; their exact probabilities add up to 1.</summary>
    public EquatableArray<ExploredOutcome> Outcomes { get; init; }

    /// <summary>The outcome where only one is possible; null where there are several.</summary>
    public ExploredOutcome? Only => Outcomes.Count == 1 ? Outcomes[0] : null;

    /// <summary>How probable an outcome is, 0 to 1.</summary>
    /// <param name="outcome">The outcome.</param>
    public double ProbabilityOf(Outcome outcome) => Outcomes.Where(explored => explored.Outcome == outcome).Sum(static explored => explored.Probability);
}
