using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Something that happened to a packet on a host. Immutable; thread-safe.</summary>
public abstract record TraceStep;

/// <summary>Conntrack looked the packet up.</summary>
/// <param name="Hook">At which hook.</param>
/// <param name="State">The state that <c>--ctstate</c> sees: <c>NEW</c>, <c>ESTABLISHED</c>, <c>RELATED</c>, <c>INVALID</c>, <c>UNTRACKED</c>.</param>
/// <param name="Entry">Both tuples of the entry; "" for none.</param>
public sealed record ConntrackStep(Hook Hook, string State, string Entry) : TraceStep;

/// <summary>A rule was tried.</summary>
/// <param name="Hook">At which hook.</param>
/// <param name="Table">In which table.</param>
/// <param name="Chain">In which chain.</param>
/// <param name="Number">The rule's place in its chain, from 1.</param>
/// <param name="Rule">The rule as iptables prints it, without its chain.</param>
/// <param name="FailedMatch">What did not hold; null where the rule matched.</param>
/// <param name="Explanation">Why the rule exists, in Kubernetes' terms; null where that is not known.</param>
public sealed record RuleStep(Hook Hook, IptablesTable Table, string Chain, int Number, string Rule, string? FailedMatch, string? Explanation) : TraceStep
{
    /// <summary>Whether the rule matched.</summary>
    public bool Matched => FailedMatch is null;
}

/// <summary>A random number was drawn for a rule's statistic match.</summary>
/// <param name="Chain">The rule's chain.</param>
/// <param name="Number">The rule's place in its chain, from 1.</param>
/// <param name="Probability">The probability that the rule asks for, 0 to 1, as the kernel holds it.</param>
/// <param name="Drawn">The number drawn, 0 to 1: the rule matches if it is below the probability.</param>
public sealed record DrawStep(string Chain, int Number, double Probability, double Drawn) : TraceStep;

/// <summary>A built-in chain's policy decided.</summary>
/// <param name="Hook">At which hook.</param>
/// <param name="Table">In which table.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Policy">Its policy.</param>
public sealed record PolicyStep(Hook Hook, IptablesTable Table, string Chain, ChainPolicy Policy) : TraceStep;

/// <summary>The packet was rewritten.</summary>
/// <param name="Hook">At which hook.</param>
/// <param name="By">By what: <c>DNAT</c>, <c>SNAT</c>, <c>conntrack</c>, ….</param>
/// <param name="Before">The flow that its header said before.</param>
/// <param name="After">The flow that it says now.</param>
public sealed record RewriteStep(Hook Hook, string By, FlowTuple Before, FlowTuple After) : TraceStep;

/// <summary>The packet was routed.</summary>
/// <param name="Type"><c>local</c>, <c>unicast</c>, <c>unreachable</c>, <c>broadcast</c>, <c>multicast</c>.</param>
/// <param name="OutInterface">The interface that it will leave by; "" where it will not.</param>
/// <param name="NextHop">The next hop; null where there is none.</param>
public sealed record RouteStep(string Type, string OutInterface, IpAddr? NextHop) : TraceStep
{
    /// <summary>The network of the route that was taken, 0.0.0.0/0 or ::/0 for a default route; null where none was.</summary>
    public IpCidr? Network { get; init; }
}

/// <summary>Conntrack inserted the packet's entry.</summary>
/// <param name="Hook">At which hook.</param>
/// <param name="Entry">Both tuples of the entry.</param>
public sealed record ConfirmStep(Hook Hook, string Entry) : TraceStep;

/// <summary>The packet reached a socket, or the host's stack.</summary>
/// <param name="Socket">A pod's <c>namespace/name</c>, <c>socket</c> for a client's own, <c>no socket</c> for a closed port, <c>icmp</c>.</param>
public sealed record DeliveredStep(string Socket) : TraceStep;

/// <summary>The host answered by itself, with an ICMP error or a RST.</summary>
/// <param name="Answer">What it answered.</param>
public sealed record AnsweredStep(string Answer) : TraceStep;

/// <summary>The packet ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">Where.</param>
/// <param name="Explanation">Why, in one sentence.</param>
public sealed record EndStep(OutcomeReason Reason, OutcomePlace At, string Explanation) : TraceStep;
