namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m length [!] --length first:last</c>: the length of the packet, both ends included.</summary>
/// <param name="First">The least length in bytes, IP header included.</param>
/// <param name="Last">The greatest length in bytes.</param>
/// <param name="Inverted">Whether the length must be outside.</param>
public sealed record LengthMatch(ushort First, ushort Last, bool Inverted = false) : Match;
