using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Configuration;

/// <summary>A kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration: the fields that decide rules (spec kube-proxy-iptables 1.1).</summary>
public sealed record KubeProxyConfiguration : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "kubeproxy.config.k8s.io/v1alpha1";

    /// <inheritdoc/>
    public override string Kind => "KubeProxyConfiguration";

    /// <summary><c>mode</c>; "" and <c>iptables</c> are the modes modelled.</summary>
    public string Mode { get; init; } = "";

    /// <summary><c>clusterCIDR</c>: one network, or one for each family, separated by a comma; "" for none.</summary>
    public string ClusterCIDR { get; init; } = "";

    /// <summary><c>detectLocalMode</c>; defaults to ClusterCIDR.</summary>
    public DetectLocalMode? DetectLocalMode { get; init; }

    /// <summary><c>detectLocal.bridgeInterface</c>.</summary>
    public string BridgeInterface { get; init; } = "";

    /// <summary><c>detectLocal.interfaceNamePrefix</c>.</summary>
    public string InterfaceNamePrefix { get; init; } = "";

    /// <summary><c>nodePortAddresses</c>: networks, or the single word <c>primary</c>; empty means all addresses.</summary>
    public EquatableArray<string> NodePortAddresses { get; init; }

    /// <summary><c>iptables.masqueradeBit</c>, 0 to 31; defaults to 14.</summary>
    public int? MasqueradeBit { get; init; }

    /// <summary><c>iptables.masqueradeAll</c>.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary><c>iptables.localhostNodePorts</c>; defaults to true.</summary>
    public bool? LocalhostNodePorts { get; init; }

    /// <summary><c>conntrack.tcpBeLiberal</c>.</summary>
    public bool ConntrackTcpBeLiberal { get; init; }

    /// <summary><c>conntrack.maxPerCore</c>; defaults to 32768.</summary>
    public int? ConntrackMaxPerCore { get; init; }

    /// <summary><c>conntrack.min</c>; defaults to 131072.</summary>
    public int? ConntrackMin { get; init; }

    /// <summary><c>conntrack.tcpEstablishedTimeout</c>; defaults to 24 hours.</summary>
    public TimeSpan? ConntrackTcpEstablishedTimeout { get; init; }

    /// <summary><c>conntrack.tcpCloseWaitTimeout</c>; defaults to 1 hour.</summary>
    public TimeSpan? ConntrackTcpCloseWaitTimeout { get; init; }

    /// <summary><c>conntrack.udpTimeout</c>; null or zero leaves the kernel's.</summary>
    public TimeSpan? ConntrackUdpTimeout { get; init; }

    /// <summary><c>conntrack.udpStreamTimeout</c>; null or zero leaves the kernel's.</summary>
    public TimeSpan? ConntrackUdpStreamTimeout { get; init; }
}

/// <summary>How kube-proxy tells traffic of its own node's or cluster's pods.</summary>
public enum DetectLocalMode
{
    /// <summary>By the source address being in <c>clusterCIDR</c>.</summary>
    ClusterCIDR,

    /// <summary>By the source address being in the node's pod network.</summary>
    NodeCIDR,

    /// <summary>By the interface being the named bridge.</summary>
    BridgeInterface,

    /// <summary>By the interface's name beginning so.</summary>
    InterfaceNamePrefix,
}
