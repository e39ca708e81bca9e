using NodePortSim.Collections;

namespace NodePortSim.Kubernetes;

/// <summary>A v1 Service.</summary>
public sealed record Service : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "v1";

    /// <inheritdoc/>
    public override string Kind => "Service";

    /// <summary><c>spec</c>: what the user asks for.</summary>
    public ServiceSpec Spec { get; init; } = new();

    /// <summary><c>status</c>: what the cluster answers.</summary>
    public ServiceStatus Status { get; init; } = new();
}

/// <summary>The <c>status</c> of a Service.</summary>
public sealed record ServiceStatus
{
    /// <summary><c>loadBalancer.ingress</c>: the addresses at which a load balancer serves the Service.</summary>
    public EquatableArray<LoadBalancerIngress> LoadBalancerIngress { get; init; }
}

/// <summary>One address of a load balancer.</summary>
public sealed record LoadBalancerIngress
{
    /// <summary><c>ip</c>; null where it is known by name alone.</summary>
    public string? Ip { get; init; }

    /// <summary><c>hostname</c>; null where it is known by address.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>ipMode</c>; null means VIP.</summary>
    public LoadBalancerIpMode? IpMode { get; init; }
}
