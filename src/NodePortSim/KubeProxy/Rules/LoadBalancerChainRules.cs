using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The rules of a service port up to level 1.23: KUBE-XLB in place of KUBE-EXT and KUBE-SVL (spec kube-proxy-iptables 9).</summary>
internal static class LoadBalancerChainRules
{
    public static void WriteEntries(ServicePortRulesBuilder rules, RuleContext context, EndpointSelection selection)
    {
        if (selection.HasAnywhere) WriteEntries(rules, context);
        else WriteRefusals(rules);
        if (rules.Port.HealthCheckNodePort != 0) ServiceEntryRules.WriteHealthCheckNodePort(rules);
    }

    public static void WriteChains(ServicePortRulesBuilder rules, RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        ServicePortInfo port = rules.Port;
        if (!port.LoadBalancerIPs.IsEmpty) WriteFirewallChain(rules, nodeIsInSourceRanges);
        WriteClusterChain(rules, context, selection.Cluster);
        if (port.ExternalPolicyLocal) WriteLoadBalancerChain(rules, context, selection.Local);
    }

    /// <summary>The chain that external traffic goes to.</summary>
    private static string EntryChain(ServicePortInfo port) => port.ExternalPolicyLocal ? port.Chains.LoadBalancer : port.Chains.Cluster;

    private static void WriteEntries(ServicePortRulesBuilder rules, RuleContext context)
    {
        ServicePortInfo port = rules.Port;
        rules.Nat(ChainNames.Services, rules.To(port.ClusterIP, $"{rules.Text} cluster IP", rules.JumpTo(port.Chains.Cluster)), RuleReason.ClusterIP);
        JumpTarget entry = rules.JumpTo(EntryChain(port));
        foreach (IpAddr address in port.ExternalIPs)
            rules.Nat(ChainNames.Services, rules.To(address, $"{rules.Text} external IP", entry), RuleReason.ExternalIP);
        JumpTarget firewall = rules.JumpTo(port.Chains.Firewall);
        foreach (IpAddr address in port.LoadBalancerIPs)
            rules.Nat(ChainNames.Services, rules.To(address, $"{rules.Text} loadbalancer IP", firewall), RuleReason.LoadBalancerIP);
        if (port.NodePort == 0) return;

        Rule any = NodePortRule(rules, entry);
        if (port.ExternalPolicyLocal)
        {
            IpCidr loopback = context.Family == IpFamily.IPv4 ? RuleParts.IPv4Loopback : RuleParts.IPv6Loopback;
            Rule fromLoopback = any with { Source = new AddressMatch(loopback), Target = RuleParts.MarkMasquerade };
            rules.Nat(ChainNames.NodePorts, fromLoopback, RuleReason.MarkMasquerade);
        }

        rules.Nat(ChainNames.NodePorts, any, RuleReason.NodePort);
    }

    private static void WriteRefusals(ServicePortRulesBuilder rules)
    {
        ServicePortInfo port = rules.Port;
        var refusal = new Refusal($"{rules.Text} has no endpoints", RuleParts.Reject, RuleReason.NoEndpoints);
        rules.Filter(ChainNames.Services, rules.To(port.ClusterIP, refusal.Comment, refusal.Target), refusal.Reason);
        foreach (IpAddr address in port.ExternalIPs.Concat(port.LoadBalancerIPs))
            rules.Filter(ChainNames.ExternalServices, rules.To(address, refusal.Comment, refusal.Target), refusal.Reason);
        if (port.NodePort == 0) return;
        rules.Filter(ChainNames.ExternalServices, refusal.AtNodePort(rules, RuleParts.Port(port.Protocol, port.NodePort)), refusal.Reason);
    }

    private static Rule NodePortRule(ServicePortRulesBuilder rules, Target target) => new()
    {
        Protocol = rules.Protocol,
        Matches = [rules.Comment, RuleParts.Port(rules.Port.Protocol, rules.Port.NodePort)],
        Target = target,
    };

    private static void WriteFirewallChain(ServicePortRulesBuilder rules, bool nodeIsInSourceRanges)
    {
        ServicePortInfo port = rules.Port;
        List<Rule> chain = rules.Declare(port.Chains.Firewall);
        var passed = new Rule { Matches = [new CommentMatch($"{rules.Text} loadbalancer IP")], Target = rules.JumpTo(EntryChain(port)) };

        // All addresses of a load balancer share the chain, and each adds the whole list.
        foreach (IpAddr address in port.LoadBalancerIPs)
        {
            if (!port.ExternalPolicyLocal) chain.Add(passed with { Target = RuleParts.MarkMasquerade });
            if (port.SourceRanges.IsEmpty) chain.Add(passed);
            foreach (IpCidr range in port.SourceRanges) chain.Add(passed with { Source = new AddressMatch(range) { PrefixWritten = true } });
            if (nodeIsInSourceRanges) chain.Add(passed with { Source = new AddressMatch(IpCidr.Host(address)) });
            chain.Add(passed with { Target = RuleParts.MarkDrop });
        }
    }

    private static void WriteClusterChain(ServicePortRulesBuilder rules, RuleContext context, EquatableArray<EndpointInfo> endpoints)
    {
        ServicePortInfo port = rules.Port;
        List<Rule> chain = rules.Declare(port.Chains.Cluster);
        if (DispatchChainRules.MasqueradeClusterTraffic(rules, context) is { } masquerade) chain.Add(masquerade);
        if (!port.ExternalPolicyLocal)
        {
            foreach (IpAddr address in port.ExternalIPs)
            {
                Rule external = rules.To(address, $"{rules.Text} external IP", RuleParts.MarkMasquerade);
                chain.Add(context.Detector is { } detector ? detector.IfNotLocal(external) : external);
            }

            if (port.NodePort != 0) chain.Add(NodePortRule(rules, RuleParts.MarkMasquerade));
        }

        DispatchChainRules.Choose(chain, rules, context, endpoints, _ => rules.Text);
    }

    private static void WriteLoadBalancerChain(ServicePortRulesBuilder rules, RuleContext context, EquatableArray<EndpointInfo> local)
    {
        ServiceChainNames names = rules.Port.Chains;
        List<Rule> chain = rules.Declare(names.LoadBalancer);
        JumpTarget toCluster = rules.JumpTo(names.Cluster);
        if (context.Detector is { } detector)
        {
            var fromPods = new Rule { Matches = [new CommentMatch("Redirect pods trying to reach external loadbalancer VIP to clusterIP")], Target = toCluster };
            chain.Add(detector.IfLocal(fromPods));
        }

        chain.Add(new Rule
        {
            Matches = [new CommentMatch($"masquerade LOCAL traffic for {rules.Text} LB IP"), RuleParts.FromLocalAddress],
            Target = RuleParts.MarkMasquerade,
        });
        chain.Add(new Rule
        {
            Matches = [new CommentMatch($"route LOCAL traffic for {rules.Text} LB IP to service chain"), RuleParts.FromLocalAddress],
            Target = toCluster,
        });
        if (local.IsEmpty)
        {
            chain.Add(new Rule { Matches = [new CommentMatch($"{rules.Text} has no local endpoints")], Target = RuleParts.MarkDrop });
            return;
        }

        if (rules.Port.AffinitySeconds is { } seconds)
        {
            foreach (EndpointInfo endpoint in local)
            {
                var seen = new RecentMatch(RecentMode.Check, endpoint.ChainName) { Seconds = seconds, Reap = true };
                chain.Add(new Rule { Matches = [rules.Comment, seen], Target = rules.JumpTo(endpoint.ChainName) });
            }
        }

        for (int i = 0; i < local.Count; i++)
        {
            var comment = new CommentMatch(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Balancing rule {i} for {rules.Text}"));
            EquatableArray<Match> matches = i < local.Count - 1 ? [comment, RuleParts.Chance(local.Count - i)] : [comment];
            chain.Add(new Rule { Matches = matches, Target = rules.JumpTo(local[i].ChainName) });
        }
    }
}
