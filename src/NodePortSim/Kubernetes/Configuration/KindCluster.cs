using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Configuration;

/// <summary>kind's cluster configuration, kind.x-k8s.io/v1alpha4 <c>Cluster</c>: the fields that decide the network and the nodes.</summary>
public sealed record KindCluster : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "kind.x-k8s.io/v1alpha4";

    /// <inheritdoc/>
    public override string Kind => "Cluster";

    /// <summary><c>networking.podSubnet</c>; defaults to 10.244.0.0/16.</summary>
    public string PodSubnet { get; init; } = "";

    /// <summary><c>networking.serviceSubnet</c>; defaults to 10.96.0.0/16.</summary>
    public string ServiceSubnet { get; init; } = "";

    /// <summary><c>networking.ipFamily</c>: <c>ipv4</c>, <c>ipv6</c> or <c>dual</c>; "" means ipv4.</summary>
    public string IpFamily { get; init; } = "";

    /// <summary><c>networking.kubeProxyMode</c>; "" means iptables.</summary>
    public string KubeProxyMode { get; init; } = "";

    /// <summary><c>nodes[].role</c>, in order: <c>control-plane</c> or <c>worker</c>; empty means one control-plane node.</summary>
    public EquatableArray<KindNode> Nodes { get; init; }
}

/// <summary>A node of kind's cluster configuration.</summary>
/// <param name="Role"><c>control-plane</c> or <c>worker</c>.</param>
/// <param name="Labels">Further labels of the node.</param>
public sealed record KindNode(string Role, StringMap Labels);
