using NodePortSim.Iptables;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Rules and policies of an administrator that could be others.</summary>
internal static class RuleCandidates
{
    public static IEnumerable<Fix> Of(FailedFlow flow)
    {
        if (flow.At is not { Table: { } table, Chain: { } chain } at || !flow.State.Nodes.ContainsKey(at.Host)) yield break;
        if (flow.Reason == OutcomeReason.DroppedByPolicy)
        {
            yield return FixCandidate.Changed(
                flow, FixKind.Policy, $"set the policy of {table.Name()} {chain} on {at.Host} to ACCEPT", new AcceptByPolicy(at.Host, flow.Family, table, chain));
        }
        else if (at.Rule is not null && flow.Reason is OutcomeReason.DroppedByRule or OutcomeReason.RejectedByRule or OutcomeReason.IcmpRateLimited)
        {
            yield return FixCandidate.Changed(
                flow, FixKind.DeleteRule, $"delete the rule \"-A {chain} {at.Rule}\" of table {table.Name()} on {at.Host}", new DeleteRule(at.Host, flow.Family, table, chain, at.Rule!));
        }
    }
}
