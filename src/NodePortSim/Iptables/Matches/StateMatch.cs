namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m state [!] --state list</c>: the older spelling of <see cref="ConntrackMatch"/>, without SNAT and DNAT.</summary>
/// <param name="States">The listed states.</param>
/// <param name="Inverted">Whether none of them may hold.</param>
public sealed record StateMatch(ConntrackStates States, bool Inverted = false) : Match;
