using NodePortSim.Net;

namespace NodePortSim.Simulation.Exploration;

/// <summary>One of the outcomes that a connection can have. Immutable; thread-safe.</summary>
public sealed record ExploredOutcome
{
    /// <summary>How probable it is, above 0 up to 1: the double nearest to the exact value, which follows from the 31-bit thresholds of random matches
    /// (spec kube-proxy-iptables 5).</summary>
    public required double Probability { get; init; }

    /// <summary>What the client learns.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The pod that serves, <c>namespace/name</c>; null where none does.</summary>
    public string? Pod { get; init; }

    /// <summary>The address and port that serve; null where none do.</summary>
    public IpEndpoint? Backend { get; init; }

    /// <summary>The node that the pod runs on; null where none serves.</summary>
    public string? Node { get; init; }

    /// <summary>The peer address that the backend sees; null where none serves. The port is left out: it may be random.</summary>
    public IpAddr? PeerAddress { get; init; }

    /// <summary>Whether the backend sees the client's own address.</summary>
    public bool SeesClient { get; init; }

    /// <summary>Why it does not connect; <see cref="OutcomeReason.None"/> where it does.</summary>
    public OutcomeReason Reason { get; init; }

    /// <summary>Where it ends; null where it connects.</summary>
    public OutcomePlace? At { get; init; }

    /// <summary>Why it does not connect, in one sentence; null where it does.</summary>
    public string? Explanation { get; init; }
}
