using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes;

/// <summary>The <c>spec</c> of a Service. A null field is absent: defaulting has not filled it, or nothing fills it.</summary>
public sealed record ServiceSpec
{
    /// <summary><c>type</c>; defaults to ClusterIP.</summary>
    public ServiceType? Type { get; init; }

    /// <summary><c>clusterIP</c>: an address, <c>None</c> for a headless Service, or "" to have one allocated.</summary>
    public string ClusterIP { get; init; } = "";

    /// <summary><c>clusterIPs</c>: one for each of <see cref="IpFamilies"/>; the first is <see cref="ClusterIP"/>.</summary>
    public EquatableArray<string> ClusterIPs { get; init; }

    /// <summary><c>ipFamilies</c>: one or two, the first is the primary one.</summary>
    public EquatableArray<IpFamily> IpFamilies { get; init; }

    /// <summary><c>ipFamilyPolicy</c>.</summary>
    public IpFamilyPolicy? IpFamilyPolicy { get; init; }

    /// <summary><c>selector</c>: the labels of the pods behind the Service; empty means that its endpoints are made by hand.</summary>
    public StringMap Selector { get; init; }

    /// <summary><c>ports</c>.</summary>
    public EquatableArray<ServicePort> Ports { get; init; }

    /// <summary><c>externalTrafficPolicy</c>; defaults to Cluster for types that are reachable from outside.</summary>
    public TrafficPolicy? ExternalTrafficPolicy { get; init; }

    /// <summary><c>internalTrafficPolicy</c>; defaults to Cluster.</summary>
    public TrafficPolicy? InternalTrafficPolicy { get; init; }

    /// <summary><c>externalIPs</c>: further addresses at which nodes serve the Service.</summary>
    public EquatableArray<string> ExternalIPs { get; init; }

    /// <summary><c>loadBalancerIP</c>.</summary>
    public string LoadBalancerIP { get; init; } = "";

    /// <summary><c>loadBalancerSourceRanges</c>: the networks whose clients may use the load balancer's addresses.</summary>
    public EquatableArray<string> LoadBalancerSourceRanges { get; init; }

    /// <summary><c>loadBalancerClass</c>.</summary>
    public string? LoadBalancerClass { get; init; }

    /// <summary><c>allocateLoadBalancerNodePorts</c>; defaults to true for type LoadBalancer.</summary>
    public bool? AllocateLoadBalancerNodePorts { get; init; }

    /// <summary><c>healthCheckNodePort</c>, 0 for none.</summary>
    public int HealthCheckNodePort { get; init; }

    /// <summary><c>sessionAffinity</c>; defaults to None.</summary>
    public SessionAffinity? SessionAffinity { get; init; }

    /// <summary><c>sessionAffinityConfig.clientIP.timeoutSeconds</c>, 1 to 86400 seconds; defaults to 10800 with affinity ClientIP.</summary>
    public int? SessionAffinityTimeoutSeconds { get; init; }

    /// <summary><c>publishNotReadyAddresses</c>: whether endpoints count as ready whatever their pods say.</summary>
    public bool PublishNotReadyAddresses { get; init; }

    /// <summary><c>externalName</c>: the DNS name that an ExternalName Service stands for.</summary>
    public string ExternalName { get; init; } = "";

    /// <summary><c>trafficDistribution</c>, such as <c>PreferClose</c>.</summary>
    public string? TrafficDistribution { get; init; }
}

/// <summary>One entry of <c>spec.ports</c> of a Service.</summary>
public sealed record ServicePort
{
    /// <summary><c>name</c>; "" is allowed where the Service has one port.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>protocol</c>; defaults to TCP.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary><c>port</c>, 1 to 65535: the port at the cluster IP.</summary>
    public int Port { get; init; }

    /// <summary><c>targetPort</c>: the pods' port, by number or by name; defaults to <see cref="Port"/>.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary><c>nodePort</c>, 0 for none or to have one allocated.</summary>
    public int NodePort { get; init; }

    /// <summary><c>appProtocol</c>.</summary>
    public string? AppProtocol { get; init; }
}
