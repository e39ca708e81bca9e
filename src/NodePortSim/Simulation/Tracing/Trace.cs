using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Simulation.Fixes;

namespace NodePortSim.Simulation.Tracing;

/// <summary>The way of one packet there, and of its answer back: every host, hook, rule, rewrite. Immutable; thread-safe.</summary>
public sealed record Trace
{
    /// <summary>What came of the connection that the packet opened.</summary>
    public required Connection Connection { get; init; }

    /// <summary>The hosts that the packet and its answer passed, in order.</summary>
    public EquatableArray<TraceHop> Hops { get; init; }

    /// <summary>What would have to be different for the connection to succeed, in one sentence; null where it succeeded or <see cref="SimulatedHost.Explain"/> was not asked.</summary>
    public string? Needed { get; init; }

    /// <summary>
    /// What lets the connection succeed, each tried on a copy of the cluster: the nearest first, three at the most. Empty where it succeeded,
    /// <see cref="SimulatedHost.Explain"/> was not asked, or none was found.
    /// </summary>
    public EquatableArray<Fix> Fixes { get; init; }

    /// <summary>The hops of the packet on its way there.</summary>
    public IEnumerable<TraceHop> WayThere => Hops.Where(static hop => !hop.IsAnswer);

    /// <summary>The hops of the answer on its way back.</summary>
    public IEnumerable<TraceHop> WayBack => Hops.Where(static hop => hop.IsAnswer);
}

/// <summary>One host on the way of a packet.</summary>
public sealed record TraceHop
{
    /// <summary>The host's name.</summary>
    public required string Host { get; init; }

    /// <summary>What the host is: <c>node</c>, <c>pod</c>, <c>external client</c>, <c>gateway</c>.</summary>
    public required string Role { get; init; }

    /// <summary>When the packet came or was made, in virtual time.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Whether the packet is the answer on its way back.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The interface that the packet came in by; null where the host made it.</summary>
    public string? InInterface { get; init; }

    /// <summary>The interface that the packet left by; null where it ended here.</summary>
    public string? OutInterface { get; init; }

    /// <summary>The packet as it came or was made.</summary>
    public required Packet Packet { get; init; }

    /// <summary>The packet as it left or ended.</summary>
    public Packet PacketOut { get; init; }

    /// <summary>What happened, in order.</summary>
    public EquatableArray<TraceStep> Steps { get; init; }
}
