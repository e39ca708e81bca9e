using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes;

/// <summary>A v1 Pod.</summary>
public sealed record Pod : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "v1";

    /// <inheritdoc/>
    public override string Kind => "Pod";

    /// <summary><c>spec</c>.</summary>
    public PodSpec Spec { get; init; } = new();

    /// <summary><c>status</c>.</summary>
    public PodStatus Status { get; init; } = new();
}

/// <summary>The <c>spec</c> of a Pod.</summary>
public sealed record PodSpec
{
    /// <summary><c>nodeName</c>: where the pod runs; null until it is scheduled.</summary>
    public string? NodeName { get; init; }

    /// <summary><c>hostNetwork</c>: whether the pod shares its node's network namespace.</summary>
    public bool HostNetwork { get; init; }

    /// <summary><c>nodeSelector</c>: the labels that a node must have.</summary>
    public StringMap NodeSelector { get; init; }

    /// <summary><c>tolerations</c>.</summary>
    public EquatableArray<Toleration> Tolerations { get; init; }

    /// <summary><c>containers</c>.</summary>
    public EquatableArray<Container> Containers { get; init; }
}

/// <summary>A toleration of a taint.</summary>
/// <param name="Key">The taint's key; "" with operator Exists tolerates all.</param>
/// <param name="Operator"><c>Equal</c> or <c>Exists</c>.</param>
/// <param name="Value">The taint's value.</param>
/// <param name="Effect">The taint's effect; "" for any.</param>
public sealed record Toleration(string Key, string Operator, string Value, string Effect);

/// <summary>A container of a Pod.</summary>
public sealed record Container
{
    /// <summary><c>name</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>image</c>.</summary>
    public string Image { get; init; } = "";

    /// <summary><c>ports</c>: what the container's servers listen on.</summary>
    public EquatableArray<ContainerPort> Ports { get; init; }
}

/// <summary>A port of a container.</summary>
public sealed record ContainerPort
{
    /// <summary><c>name</c>; "" for none.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>containerPort</c>, 1 to 65535.</summary>
    public int Port { get; init; }

    /// <summary><c>protocol</c>; defaults to TCP.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary><c>hostPort</c>, 0 for none.</summary>
    public int HostPort { get; init; }
}

/// <summary>The <c>status</c> of a Pod.</summary>
public sealed record PodStatus
{
    /// <summary><c>phase</c>: <c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c>; null counts as Running.</summary>
    public string? Phase { get; init; }

    /// <summary><c>podIPs[].ip</c>: one for each family; the first is <c>podIP</c>.</summary>
    public EquatableArray<string> PodIPs { get; init; }

    /// <summary>The status of the condition <c>Ready</c>; null counts as true.</summary>
    public bool? Ready { get; init; }
}
