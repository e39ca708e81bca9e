using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>KUBE-FW, which lets the source ranges through: rules W of spec kube-proxy-iptables 3.5.</summary>
internal static class FirewallChainRules
{
    public static void Write(ServicePortRulesBuilder rules, RuleContext context, bool nodeIsInSourceRanges)
    {
        ServicePortInfo port = rules.Port;
        List<Rule> chain = rules.Declare(port.Chains.Firewall);
        var comment = new CommentMatch($"{rules.Text} loadbalancer IP");
        var passed = new Rule { Matches = [comment], Target = rules.JumpTo(port.Chains.External) };
        foreach (IpCidr range in port.SourceRanges) chain.Add(passed with { Source = new AddressMatch(range) { PrefixWritten = true } });

        // A node that carries the address itself sends from it, past the load balancer.
        if (nodeIsInSourceRanges)
            foreach (IpAddr address in port.LoadBalancerIPs) chain.Add(passed with { Source = new AddressMatch(IpCidr.Host(address)) });

        chain.Add(context.Level.ExternalRouting == ExternalRouting.ExternalChainsMarkDrop
            ? new Rule { Matches = [comment], Target = RuleParts.MarkDrop }
            : new Rule { Matches = [new CommentMatch($"other traffic to {rules.Text} will be dropped by {ChainNames.ProxyFirewall}")] });
    }
}
