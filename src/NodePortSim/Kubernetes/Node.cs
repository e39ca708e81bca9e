using NodePortSim.Collections;

namespace NodePortSim.Kubernetes;

/// <summary>A v1 Node.</summary>
public sealed record Node : KubernetesObject
{
    /// <summary>The label that names a node's zone.</summary>
    public const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>The annotation that gives a node more interfaces: <c>eth1=10.77.0.11/24 eth2=…</c>.</summary>
    public const string ExtraAddressesAnnotation = "nodeportsim.dev/extra-addresses";

    /// <inheritdoc/>
    public override string ApiVersion => "v1";

    /// <inheritdoc/>
    public override string Kind => "Node";

    /// <summary><c>spec</c>.</summary>
    public NodeSpec Spec { get; init; } = new();

    /// <summary><c>status</c>.</summary>
    public NodeStatus Status { get; init; } = new();
}

/// <summary>The <c>spec</c> of a Node.</summary>
public sealed record NodeSpec
{
    /// <summary><c>podCIDR</c>: the first of <see cref="PodCIDRs"/>.</summary>
    public string PodCIDR { get; init; } = "";

    /// <summary><c>podCIDRs</c>: one for each family.</summary>
    public EquatableArray<string> PodCIDRs { get; init; }

    /// <summary><c>unschedulable</c>: whether the node takes no new pods (cordoned).</summary>
    public bool Unschedulable { get; init; }

    /// <summary><c>taints</c>.</summary>
    public EquatableArray<Taint> Taints { get; init; }
}

/// <summary>A taint of a Node.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, "" for none.</param>
/// <param name="Effect"><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</param>
public sealed record Taint(string Key, string Value, string Effect);

/// <summary>The <c>status</c> of a Node.</summary>
public sealed record NodeStatus
{
    /// <summary><c>addresses</c>.</summary>
    public EquatableArray<NodeAddress> Addresses { get; init; }
}

/// <summary>An address of a Node.</summary>
/// <param name="Type"><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c>, ….</param>
/// <param name="Address">The address.</param>
public sealed record NodeAddress(string Type, string Address);
