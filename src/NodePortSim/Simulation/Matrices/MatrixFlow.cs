using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Who connects to which address of a service port. Immutable; thread-safe.</summary>
public sealed record FlowKey
{
    /// <summary>The service port, <c>namespace/name:port</c>; the port's name is left out where it has none.</summary>
    public required string ServicePort { get; init; }

    /// <summary>By which protocol.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Which of the service port's addresses is connected to.</summary>
    public required TargetKind Kind { get; init; }

    /// <summary>The address and port.</summary>
    public required IpEndpoint To { get; init; }

    /// <summary>For a node port the node whose address it is, otherwise the node that the client is or runs on; null for external clients of other addresses.</summary>
    public string? Node { get; init; }

    /// <summary>What kind of client connects.</summary>
    public required ClientClass Client { get; init; }

    /// <summary>The external client's name; null for other clients, which follow from <see cref="Node"/> and <see cref="Client"/>.</summary>
    public string? ExternalClient { get; init; }
}

/// <summary>What comes of a kind of client's connections to an address of a service port. Immutable; thread-safe.</summary>
public sealed record MatrixFlow
{
    /// <summary>Who connects to what.</summary>
    public required FlowKey Key { get; init; }

    /// <summary>The client: a host's name, or <c>a pod on NODE</c>.</summary>
    public required string From { get; init; }

    /// <summary>The outcomes with their probabilities.</summary>
    public required EquatableArray<ExploredOutcome> Outcomes { get; init; }
}
