using NodePortSim.Net;

namespace NodePortSim.Simulation.Captures;

/// <summary>What a packet's bytes say that a <see cref="Packet"/> does not: it is decided where the packet is made, and is the same on every hop.</summary>
/// <param name="Timestamp">The sender's clock for the TCP timestamp option, in milliseconds.</param>
/// <param name="Echo">The clock of the packet that it answers; 0 for none.</param>
/// <param name="About">The packet that it answers, which an ICMP error quotes; null for none.</param>
internal readonly record struct PacketOrigin(uint Timestamp, uint Echo, Packet? About);
