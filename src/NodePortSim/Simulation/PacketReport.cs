using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>What came of one packet, and of all that answered it. Immutable; thread-safe.</summary>
/// <param name="Arrivals">The packets that reached a socket or the stack of a host, in order: the packet itself and answers to it.</param>
/// <param name="Drops">Where packets ended without arriving, in order.</param>
public sealed record PacketReport(EquatableArray<PacketArrival> Arrivals, EquatableArray<OutcomePlace> Drops)
{
    /// <summary>The packets that reached a host, in order.</summary>
    /// <param name="host">The host's name; a pod's is <c>namespace/name</c>.</param>
    public IReadOnlyList<Packet> At(string host) => [.. Arrivals.Where(arrival => arrival.Host == host).Select(static arrival => arrival.Packet)];
}

/// <summary>A packet that reached a host's socket or stack.</summary>
/// <param name="Host">The host's name; a pod's is <c>namespace/name</c>.</param>
/// <param name="Packet">The packet as it arrived.</param>
public sealed record PacketArrival(string Host, Packet Packet);
