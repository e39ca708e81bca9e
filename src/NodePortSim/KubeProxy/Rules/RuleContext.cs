using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>What the rules of a service port depend on beside the port and its endpoints; equal on nodes that are configured alike.</summary>
/// <param name="Family">The family of the rules.</param>
/// <param name="Level">kube-proxy's version.</param>
/// <param name="Detector">How local traffic is told, or null.</param>
/// <param name="MasqueradeAll">Whether all traffic to cluster IPs is masqueraded.</param>
/// <param name="CountsLocalhostNodePorts">Whether node ports on loopback addresses have an nfacct rule of their own.</param>
/// <param name="OmitsComments">Whether dispatch and endpoint rules have no comments, as in large clusters (spec kube-proxy-iptables 3.6).</param>
internal sealed record RuleContext(
    IpFamily Family, KubeProxyLevel Level, LocalTrafficDetector? Detector, bool MasqueradeAll, bool CountsLocalhostNodePorts, bool OmitsComments)
{
    public static RuleContext For(KubeProxyOptions options, IpFamily family, NodeInfo node, bool omitsComments) => new(
        family,
        options.Level,
        LocalTrafficDetector.For(options, family, node),
        options.MasqueradeAll,
        options.Level.HasNfacctCounters && options.NfacctAvailable && options.UsesLocalhostNodePorts(family),
        omitsComments);
}
