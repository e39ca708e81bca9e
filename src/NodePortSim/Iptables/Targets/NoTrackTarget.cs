namespace NodePortSim.Iptables.Targets;

/// <summary><c>-j CT --notrack</c>, also spelt <c>-j NOTRACK</c>: conntrack leaves the packet alone (state UNTRACKED); table raw only; goes on with the next rule.</summary>
public sealed record NoTrackTarget : Target;
