using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>One attempt to connect, to its end: a request and its answer, or why not. Immutable; thread-safe.</summary>
public sealed record Connection
{
    /// <summary>The name of the host that connected.</summary>
    public required string From { get; init; }

    /// <summary>Where it connected to.</summary>
    public required IpEndpoint To { get; init; }

    /// <summary>By which protocol.</summary>
    public Protocol Protocol { get; init; }

    /// <summary>What the client learnt.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>The client's source port; 0 where it did not come to have one.</summary>
    public int SourcePort { get; init; }

    /// <summary>The client's own address; null where it did not come to have one.</summary>
    internal IpAddr? Source { get; init; }

    /// <summary>The address and port that served it; null where none did.</summary>
    public IpEndpoint? Backend { get; init; }

    /// <summary>The pod that served it, <c>namespace/name</c>; null where none did.</summary>
    public string? Pod { get; init; }

    /// <summary>The node that the pod runs on; null where none served.</summary>
    public string? Node { get; init; }

    /// <summary>The first node that its packets met; null where they met none.</summary>
    public string? IngressNode { get; init; }

    /// <summary>The peer address and port that the backend saw; null where none did.</summary>
    public IpEndpoint? PeerSeenByBackend { get; init; }

    /// <summary>Why it did not connect; <see cref="OutcomeReason.None"/> where it did.</summary>
    public OutcomeReason Reason { get; init; }

    /// <summary>Why it did not connect, in one sentence; null where it did.</summary>
    public string? Explanation { get; init; }

    /// <summary>Where it ended; null where it connected.</summary>
    public OutcomePlace? At { get; init; }
}

/// <summary>Where a packet ended.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Table">The table of the rule that ended it; null where no rule did.</param>
/// <param name="Chain">The chain of the rule or policy; null where neither did.</param>
/// <param name="Rule">The rule as iptables prints it, without its chain; null where no rule did.</param>
public sealed record OutcomePlace(string Host, IptablesTable? Table = null, string? Chain = null, string? Rule = null);
