using NodePortSim.Iptables;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>How rules tell traffic of the cluster's or the node's own pods (spec kube-proxy-iptables 3.7). Immutable; thread-safe.</summary>
/// <param name="Network">The pods' network, or null where an interface tells.</param>
/// <param name="InterfaceName">The pods' interface, ending in <c>+</c> for a prefix, or null where a network tells.</param>
public sealed record LocalTrafficDetector(IpCidr? Network, string? InterfaceName)
{
    /// <summary>The detector of a node, or null where nothing tells: then the rules that need one are not written.</summary>
    /// <param name="options">kube-proxy's options.</param>
    /// <param name="family">The family of the rules.</param>
    /// <param name="node">The node, whose pod networks mode NodeCIDR uses.</param>
    public static LocalTrafficDetector? For(KubeProxyOptions options, IpFamily family, NodeInfo node)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(node);
        return options.DetectLocalMode switch
        {
            DetectLocalMode.NodeCIDR => OfFamily(node.PodCidrs.AsSpan(), family),
            DetectLocalMode.BridgeInterface => new LocalTrafficDetector(null, options.LocalInterface),
            DetectLocalMode.InterfaceNamePrefix => new LocalTrafficDetector(null, options.LocalInterface + "+"),
            _ => OfFamily(options.ClusterCidrs.AsSpan(), family),
        };
    }

    /// <summary>A rule that is also restricted to local traffic.</summary>
    internal Rule IfLocal(Rule rule) => Restrict(rule, inverted: false);

    /// <summary>A rule that is also restricted to traffic that is not local.</summary>
    internal Rule IfNotLocal(Rule rule) => Restrict(rule, inverted: true);

    private static LocalTrafficDetector? OfFamily(ReadOnlySpan<IpCidr> networks, IpFamily family)
    {
        foreach (IpCidr network in networks)
            if (network.Family == family) return new LocalTrafficDetector(network, null);
        return null;
    }

    private Rule Restrict(Rule rule, bool inverted) => Network is { } network
        ? rule with { Source = new AddressMatch(network, inverted) { PrefixWritten = true } }
        : rule with { InInterface = new InterfaceMatch(InterfaceName!, inverted) };
}
