using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>What the network around the rules could be like: kernel parameters, kube-proxy's configuration, a client's routes, the bridge.</summary>
internal static class NetworkCandidates
{
    public static IEnumerable<Fix> Of(FailedFlow flow) => Sysctls(flow).Concat(Proxy(flow)).Concat(Routes(flow)).Concat(Bridges(flow));

    /// <summary>A kernel parameter set on every node.</summary>
    public static Fix Sysctl(FailedFlow flow, string name, int value)
    {
        NetworkConfiguration network = NetworkOf(flow);
        string text = value.ToString(CultureInfo.InvariantCulture);
        return FixCandidate.Objects(flow, FixKind.Sysctl, $"set {name} = {text} on the nodes", network with { Sysctls = network.Sysctls.With(name, text) });
    }

    private static IEnumerable<Fix> Sysctls(FailedFlow flow)
    {
        switch (flow.Reason)
        {
            case OutcomeReason.RouteLocalnetOff or OutcomeReason.LocalnetProtection:
                yield return Sysctl(flow, "net.ipv4.conf.all.route_localnet", 1);
                break;
            case OutcomeReason.ReversePathFilter:
                yield return Sysctl(flow, "net.ipv4.conf.all.rp_filter", 2);
                yield return Sysctl(flow, "net.ipv4.conf.all.rp_filter", 0);
                break;
            case OutcomeReason.TtlExceeded:
                yield return Sysctl(flow, "net.ipv4.ip_default_ttl", 64);
                break;
            case OutcomeReason.ForwardingOff:
                yield return Sysctl(flow, "net.ipv4.ip_forward", 1);
                break;
            case OutcomeReason.IcmpRateLimited:
                yield return Sysctl(flow, "net.ipv4.icmp_ratelimit", 0);
                break;
        }
    }

    private static IEnumerable<Fix> Proxy(FailedFlow flow)
    {
        KubeProxyConfiguration configuration = flow.State.KubeProxyConfiguration ?? new KubeProxyConfiguration();
        if (!configuration.NodePortAddresses.IsEmpty && flow.Node is not null)
        {
            if (flow.Family == IpFamily.IPv4 || !configuration.NodePortAddresses.Contains("primary"))
            {
                string own = IpCidr.Host(flow.To.Address).ToString();
                if (!configuration.NodePortAddresses.Contains("primary"))
                    yield return FixCandidate.Objects(flow, FixKind.KubeProxyConfiguration, $"add {own} to nodePortAddresses of kube-proxy", configuration with { NodePortAddresses = configuration.NodePortAddresses.Append(own).ToEquatableArray() });
            }

            yield return FixCandidate.Objects(flow, FixKind.KubeProxyConfiguration, "leave nodePortAddresses of kube-proxy empty", configuration with { NodePortAddresses = [] });
        }

        if (configuration.LocalhostNodePorts == false && flow.To.Address.IsLoopback)
            yield return FixCandidate.Objects(flow, FixKind.KubeProxyConfiguration, "set iptables.localhostNodePorts: true for kube-proxy", configuration with { LocalhostNodePorts = true });
        if (!configuration.MasqueradeAll && flow.Reason is OutcomeReason.AnswerNotTranslated or OutcomeReason.InvalidState or OutcomeReason.NoAnswer)
            yield return FixCandidate.Objects(flow, FixKind.KubeProxyConfiguration, "set iptables.masqueradeAll: true for kube-proxy", configuration with { MasqueradeAll = true });
    }

    /// <summary>A route to the destination's network through a node, for a client outside.</summary>
    private static IEnumerable<Fix> Routes(FailedFlow flow)
    {
        if (flow.Reason is not (OutcomeReason.NoRoute or OutcomeReason.NoNeighbor) || !flow.State.ExternalClients.TryGetValue(flow.From, out ExternalClient? client)) yield break;
        string to = NetworkOf(flow, flow.To.Address);
        foreach (Node node in flow.State.Nodes.Values)
        {
            foreach (IpAddr address in NodeInfo.From(node).NodeAddresses.Where(address => address.Family == flow.Family))
            {
                yield return FixCandidate.Objects(
                    flow, FixKind.ClientRoute, $"give {client.Name} a route to {to} via {address} ({node.Name})",
                    client with { Routes = client.Routes.Append(new ClientRoute(to, address.ToString())).ToEquatableArray() });
            }
        }
    }

    private static IEnumerable<Fix> Bridges(FailedFlow flow)
    {
        NetworkConfiguration network = NetworkOf(flow);
        if (flow.Reason == OutcomeReason.HairpinOff && !network.Hairpin)
            yield return FixCandidate.Objects(flow, FixKind.Network, "switch hairpin mode on for the bridges' ports", network with { Hairpin = true });
        if (flow.Reason is OutcomeReason.AnswerNotTranslated && !network.BridgeNfCallIptables)
            yield return FixCandidate.Objects(flow, FixKind.Network, "set net.bridge.bridge-nf-call-iptables = 1 on the nodes", network with { BridgeNfCallIptables = true });
    }

    private static NetworkConfiguration NetworkOf(FailedFlow flow) => flow.State.Network ?? new NetworkConfiguration { Metadata = new ObjectMeta { Name = "default" } };

    /// <summary>The pod network or, for a cluster IP, the address alone: what the Service network is, no object need say.</summary>
    private static string NetworkOf(FailedFlow flow, IpAddr address)
    {
        foreach (Node node in flow.State.Nodes.Values)
            foreach (IpCidr network in NodeInfo.From(node).PodCidrs)
                if (network.Contains(address)) return network.ToString();
        return flow.State.KindCluster is { } kind
            && kind.ServiceSubnet.Split(',').FirstOrDefault(text => IpCidr.TryParse(text, out IpCidr subnet) && subnet.Contains(address)) is { } found
            ? found
            : IpCidr.Host(address).ToString();
    }
}
