namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m statistic --mode nth --every n --packet p</c>: holds for one packet of every <paramref name="Every"/> that reach the rule.</summary>
/// <param name="Every">The length of the round, in packets: 1 or more.</param>
/// <param name="Packet">Which packet of a round holds, from 0; below <paramref name="Every"/>.</param>
/// <param name="Inverted">Whether the other packets hold instead.</param>
public sealed record NthMatch(uint Every, uint Packet = 0, bool Inverted = false) : Match;
