using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>What filter rules do with traffic that has no endpoint: intTarget and extTarget of spec kube-proxy-iptables 3.5.</summary>
internal sealed record Refusal(string Comment, Target Target, RuleReason Reason)
{
    /// <summary>Refused where no endpoint is usable; else dropped, since only this node has none.</summary>
    public static Refusal Of(ServicePortRulesBuilder rules, ServiceFacts facts) => facts.HasEndpoints
        ? new Refusal($"{rules.Text} has no local endpoints", RuleParts.Drop, RuleReason.NoLocalEndpoints)
        : new Refusal($"{rules.Text} has no endpoints", RuleParts.Reject, RuleReason.NoEndpoints);

    /// <summary>Rule D3.</summary>
    public Rule AtNodePort(ServicePortRulesBuilder rules, PortMatch nodePort) => new()
    {
        Protocol = rules.Protocol,
        Matches = [new CommentMatch(Comment), RuleParts.ToLocalAddress, nodePort],
        Target = Target,
    };
}
