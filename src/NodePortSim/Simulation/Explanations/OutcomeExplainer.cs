using System.Globalization;
using NodePortSim.Clusters;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Network;

namespace NodePortSim.Simulation.Explanations;

/// <summary>Says in Kubernetes' terms why a packet ended, and why a rule exists.</summary>
internal sealed class OutcomeExplainer(Cluster cluster)
{
    /// <summary>Why a rule exists, or null where kube-proxy did not write it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="family">The family.</param>
    /// <param name="table">The rule's table.</param>
    /// <param name="chain">The rule's chain.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="isMatched">Whether it matched: only then its place among the chain's endpoints is counted.</param>
    public string? WhyRuleExists(Host host, IpFamily family, IptablesTable table, string chain, Rule rule, bool isMatched)
    {
        RuleOrigin? origin = cluster.OriginOf(host.Name, family, table, chain, rule);
        return origin is null ? null : RuleSentences.Of(origin, chain, rule, isMatched && origin.Reason == RuleReason.LoadBalancing ? WhichEndpoint(host, family, table, chain, rule) : null);
    }

    /// <summary>Which of the chain's endpoints a rule of its dispatch chooses.</summary>
    private string? WhichEndpoint(Host host, IpFamily family, IptablesTable table, string chain, Rule rule)
    {
        if (host.Netfilter.Rules(family)[table] is not { } rules || !rules.TryGetChain(chain, out Chain? found)) return null;
        Rule[] endpoints = [.. found.Rules.Where(each => cluster.OriginOf(host.Name, family, table, chain, each)?.Reason == RuleReason.LoadBalancing)];
        int index = Array.IndexOf(endpoints, rule);
        return index < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"endpoint {index + 1} of {endpoints.Length}");
    }

    /// <summary>Why, where and in which sentence a packet ended.</summary>
    public (OutcomeReason Reason, OutcomePlace At, string Explanation) WhyEnded(Host host, in PacketEnd end, in Packet packet) =>
        end.Cause == PacketEndCause.Netfilter
            ? WhyNetfilterEnded(host, end, packet)
            : (ReasonOf(end.Cause), new OutcomePlace(host.Name), EndSentences.Of(end.Cause, host, packet));

    private (OutcomeReason Reason, OutcomePlace At, string Explanation) WhyNetfilterEnded(Host host, in PacketEnd end, in Packet packet)
    {
        HookVerdict verdict = end.Verdict;
        switch (verdict.Cause)
        {
            case DropCause.ConntrackTableFull:
                return (OutcomeReason.ConntrackTableFull, new OutcomePlace(host.Name), $"{host.Name}'s connection tracking table is full (nf_conntrack_max {host.Sysctls.ConntrackMax})");
            case DropCause.ConntrackInsertFailed:
                return (OutcomeReason.SourcePortsExhausted, new OutcomePlace(host.Name), $"no free source port toward {packet.Destination}:{packet.DestinationPort} was found on {host.Name}, and the entry could not be inserted");
            case DropCause.NoMasqueradeAddress:
                return (OutcomeReason.NoMasqueradeAddress, new OutcomePlace(host.Name), $"{host.Name} has no address to masquerade with");
            case DropCause.RerouteFailed:
                return packet.Source.IsLoopback
                    ? (OutcomeReason.RouteLocalnetOff, new OutcomePlace(host.Name, IptablesTable.Nat, "OUTPUT"), $"after DNAT to {packet.Destination} a packet from {packet.Source} must leave {host.Name}, which route_localnet = 0 forbids")
                    : (OutcomeReason.NoRoute, new OutcomePlace(host.Name, IptablesTable.Nat, "OUTPUT"), $"after DNAT {host.Name} has no route to {packet.Destination}");
            case DropCause.MasqueradeInterfaceChanged:
                return (OutcomeReason.NoAnswer, new OutcomePlace(host.Name), $"the masqueraded flow would leave {host.Name} by another interface than before");
            case DropCause.Policy:
                return (OutcomeReason.DroppedByPolicy, new OutcomePlace(host.Name, verdict.Table, verdict.Chain), $"the policy of {verdict.Table.Name()} {verdict.Chain} on {host.Name} is DROP, and no rule accepted the packet");
            default:
                return WhyRuleEnded(host, verdict, packet);
        }
    }

    private (OutcomeReason Reason, OutcomePlace At, string Explanation) WhyRuleEnded(Host host, in HookVerdict verdict, in Packet packet)
    {
        Rule? rule = FindRule(host, packet.Family, verdict);
        var at = new OutcomePlace(host.Name, verdict.Table, verdict.Chain, rule is null ? null : SaveWriter.Write(rule, packet.Family));
        bool rejected = verdict.Result == HookResult.Reject;
        RuleOrigin? origin = rule is null ? null : cluster.OriginOf(host.Name, packet.Family, verdict.Table, verdict.Chain!, rule);
        OutcomeReason reason = origin?.Reason switch
        {
            RuleReason.NoEndpoints => OutcomeReason.NoEndpoints,
            RuleReason.NoLocalEndpoints => OutcomeReason.NoLocalEndpoints,
            RuleReason.NotInSourceRanges => OutcomeReason.NotInSourceRanges,
            RuleReason.InvalidState => OutcomeReason.InvalidState,
            RuleReason.LocalnetProtection => OutcomeReason.LocalnetProtection,
            _ => rejected ? OutcomeReason.RejectedByRule : OutcomeReason.DroppedByRule,
        };
        string sentence = reason switch
        {
            OutcomeReason.NoEndpoints => $"{origin!.ServicePort} has no endpoints",
            OutcomeReason.NoLocalEndpoints => $"no endpoint of {origin!.ServicePort} runs on {host.Name}, and {RuleSentences.PolicyName(verdict.Chain!)} is Local",
            OutcomeReason.NotInSourceRanges => $"{packet.Source} is in none of the loadBalancerSourceRanges of {origin!.ServicePort}",
            OutcomeReason.InvalidState => $"{host.Name} knows no connection that this packet from {packet.Source} belongs to (conntrack state INVALID)",
            OutcomeReason.LocalnetProtection => $"{packet.Destination} is a loopback address, which {host.Name} does not serve to others",
            _ => $"rule {verdict.RuleIndex + 1} of {verdict.Table.Name()} {verdict.Chain} on {host.Name} {(rejected ? "rejects" : "drops")} it",
        };
        return (reason, at, sentence);
    }

    private static Rule? FindRule(Host host, IpFamily family, in HookVerdict verdict)
    {
        if (verdict.Chain is null || verdict.RuleIndex < 0) return null;
        TableRules? table = host.Netfilter.Rules(family)[verdict.Table];
        return table is not null && table.TryGetChain(verdict.Chain, out Chain? chain) && verdict.RuleIndex < chain.Rules.Count
            ? chain.Rules[verdict.RuleIndex]
            : null;
    }

    private static OutcomeReason ReasonOf(PacketEndCause cause) => cause switch
    {
        PacketEndCause.NoRoute => OutcomeReason.NoRoute,
        PacketEndCause.ForwardingOff => OutcomeReason.ForwardingOff,
        PacketEndCause.TtlExceeded => OutcomeReason.TtlExceeded,
        PacketEndCause.Martian => OutcomeReason.RouteLocalnetOff,
        PacketEndCause.ReversePathFilter => OutcomeReason.ReversePathFilter,
        PacketEndCause.NoNeighbor => OutcomeReason.NoNeighbor,
        PacketEndCause.HairpinOff => OutcomeReason.HairpinOff,
        _ => OutcomeReason.NoAnswer,
    };
}
