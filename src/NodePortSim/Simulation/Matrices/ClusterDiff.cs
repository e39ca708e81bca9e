using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Matrices;

/// <summary>What differs between two clusters: flows whose fate is another one, and rules. Immutable; thread-safe.</summary>
public sealed record ClusterDiff
{
    /// <summary>The flows of either cluster's matrix that fare otherwise in the other one.</summary>
    public EquatableArray<FlowDifference> Flows { get; init; }

    /// <summary>The rules that only one of the clusters has.</summary>
    public EquatableArray<RuleDifference> Rules { get; init; }

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => Flows.IsEmpty && Rules.IsEmpty;

    /// <summary>Compares two simulations' clusters; neither simulation is touched.</summary>
    /// <param name="before">The one.</param>
    /// <param name="after">The other.</param>
    /// <exception cref="ClusterException">A cluster refuses a pod more: see <see cref="ReachabilityMatrix"/>.</exception>
    /// <exception cref="InvalidOperationException">A flow has more than 100,000 random branches.</exception>
    public static ClusterDiff Between(Simulator before, Simulator after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var left = new MatrixCluster(before);
        var right = new MatrixCluster(after);
        return new ClusterDiff
        {
            Flows = left.Flows().Union(right.Flows()).Select(key => Compare(key, left, right)).OfType<FlowDifference>().ToEquatableArray(),
            Rules = RuleComparison.Between(before, after),
        };
    }

    private static FlowDifference? Compare(FlowKey key, MatrixCluster left, MatrixCluster right)
    {
        MatrixFlow? before = left.Explore(key);
        MatrixFlow? after = right.Explore(key);
        Fate[] fateBefore = FateOf(before);
        Fate[] fateAfter = FateOf(after);
        return fateBefore.SequenceEqual(fateAfter)
            ? null
            : new FlowDifference { Key = key, Before = SideOf(left, before, fateAfter), After = SideOf(right, after, fateBefore) };
    }

    private static FlowSide? SideOf(MatrixCluster cluster, MatrixFlow? flow, Fate[] other)
    {
        if (flow is null) return null;

        // What tells most is an outcome that the other side does not have, and of those a failure.
        ExploredOutcome telling = flow.Outcomes.OrderBy(outcome => other.Contains(FateOf(outcome))).ThenBy(static outcome => outcome.Outcome == Outcome.Connected).First();
        return new FlowSide
        {
            From = flow.From,
            Outcomes = flow.Outcomes,
            Trace = TraceText.Write(cluster.TraceOf(flow.Key, telling), TraceDetail.Minimal),
        };
    }

    private static Fate[] FateOf(MatrixFlow? flow) => flow is null ? [] : [.. flow.Outcomes.Select(FateOf)];

    private static Fate FateOf(ExploredOutcome outcome) => new(
        outcome.Probability, outcome.Outcome, outcome.Pod, outcome.Backend, outcome.Node, outcome.SeesClient ? null : outcome.PeerAddress, outcome.SeesClient, outcome.Reason);

    /// <summary>What makes a difference to client and backend: not the words, nor the client's own address, which a pod may have by chance.</summary>
    private readonly record struct Fate(
        double Probability, Outcome Outcome, string? Pod, IpEndpoint? Backend, string? Node, IpAddr? Peer, bool SeesClient, OutcomeReason Reason);
}

/// <summary>A flow that fares differently. Immutable; thread-safe.</summary>
public sealed record FlowDifference
{
    /// <summary>Who connects to what.</summary>
    public required FlowKey Key { get; init; }

    /// <summary>What came of it before; null where there was no such client.</summary>
    public FlowSide? Before { get; init; }

    /// <summary>What comes of it after; null where there is no such client any more.</summary>
    public FlowSide? After { get; init; }
}

/// <summary>What comes of a flow on one side of a comparison. Immutable; thread-safe.</summary>
public sealed record FlowSide
{
    /// <summary>The client: a host's name, or <c>a pod on NODE</c>.</summary>
    public required string From { get; init; }

    /// <summary>The outcomes with their probabilities.</summary>
    public required EquatableArray<ExploredOutcome> Outcomes { get; init; }

    /// <summary>The minimal trace of an outcome that the other side does not have, or has with another probability.</summary>
    public required string Trace { get; init; }
}

/// <summary>The rules of one table that only one of two clusters has, on nodes where that is the same. Immutable; thread-safe.</summary>
public sealed record RuleDifference
{
    /// <summary>The nodes, by name.</summary>
    public required EquatableArray<string> Nodes { get; init; }

    /// <summary>The family.</summary>
    public required IpFamily Family { get; init; }

    /// <summary>The table.</summary>
    public required IptablesTable Table { get; init; }

    /// <summary>The lines of <c>iptables-save</c> that are there before only.</summary>
    public EquatableArray<string> Removed { get; init; }

    /// <summary>The lines of <c>iptables-save</c> that are there after only.</summary>
    public EquatableArray<string> Added { get; init; }
}
