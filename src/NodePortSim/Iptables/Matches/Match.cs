namespace NodePortSim.Iptables.Matches;

/// <summary>An extension match of a rule: <c>-m name options</c>. Immutable; thread-safe.</summary>
public abstract record Match;
