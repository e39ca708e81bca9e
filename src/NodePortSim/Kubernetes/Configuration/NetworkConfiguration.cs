using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Configuration;

/// <summary>A nodeportsim.dev/v1alpha1 Network: how pods are wired to nodes, and nodes to the outside.</summary>
public sealed record NetworkConfiguration : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "nodeportsim.dev/v1alpha1";

    /// <inheritdoc/>
    public override string Kind => "Network";

    /// <summary><c>spec.cni</c>; defaults to ptp.</summary>
    public CniType Cni { get; init; }

    /// <summary><c>spec.hostAddress</c>: what the node's end of a pod's veth carries in shape ptp; defaults to podGateway.</summary>
    public CniHostAddress HostAddress { get; init; }

    /// <summary><c>spec.hairpin</c>: whether the bridge's ports are in hairpin mode; defaults to true.</summary>
    public bool Hairpin { get; init; } = true;

    /// <summary><c>spec.bridgeNfCallIptables</c>: whether bridged packets pass iptables; defaults to true.</summary>
    public bool BridgeNfCallIptables { get; init; } = true;

    /// <summary><c>spec.gateways</c>: the default gateway of the nodes' network, one for each family; it knows no pod or service network.</summary>
    public EquatableArray<string> Gateways { get; init; }

    /// <summary><c>spec.sysctls</c>: set on every node.</summary>
    public StringMap Sysctls { get; init; }
}

/// <summary>The shape of a container network.</summary>
public enum CniType
{
    /// <summary>A veth pair and a host route for each pod, as kindnet and Calico make them.</summary>
    Ptp,

    /// <summary>One bridge on each node, as flannel makes it.</summary>
    Bridge,

    /// <summary>As bridge, with a tunnel between nodes.</summary>
    Overlay,
}

/// <summary>The address on the node's end of a pod's veth.</summary>
public enum CniHostAddress
{
    /// <summary>The first address of the node's pod network, as kindnet has it.</summary>
    PodGateway,

    /// <summary>None, as Calico has it.</summary>
    None,

    /// <summary>The node's own address.</summary>
    Node,
}
