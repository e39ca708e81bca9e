namespace NodePortSim.Kubernetes;

/// <summary>What follows from a Service's spec, in the API server's terms (spec kube-proxy-iptables 1.2).</summary>
internal static class ServiceSpecFacts
{
    /// <summary>The cluster IP of a headless Service.</summary>
    public const string None = "None";

    /// <summary>Whether the Service is headless: its only cluster IP is <c>None</c>.</summary>
    public static bool IsHeadless(this ServiceSpec spec) => spec.ClusterIPs.Count == 1
        ? spec.ClusterIPs[0] == None
        : spec.ClusterIPs.IsEmpty && spec.ClusterIP == None;

    /// <summary>Whether the type has a cluster IP: all but ExternalName, and not headless.</summary>
    public static bool NeedsClusterIP(this ServiceSpec spec) => spec.Type != ServiceType.ExternalName && !spec.IsHeadless();

    /// <summary>Whether the type has node ports.</summary>
    public static bool NeedsNodePorts(this ServiceSpec spec) => spec.Type is ServiceType.NodePort or ServiceType.LoadBalancer;

    /// <summary>Whether node ports are to be allocated where none are asked for.</summary>
    public static bool AllocatesNodePorts(this ServiceSpec spec) => spec.Type == ServiceType.NodePort
        || spec.Type == ServiceType.LoadBalancer && spec.AllocateLoadBalancerNodePorts != false;

    /// <summary>Whether traffic from outside can reach the Service: NodePort, LoadBalancer, or ClusterIP with external IPs.</summary>
    public static bool IsExternallyAccessible(this ServiceSpec spec) => spec.NeedsNodePorts()
        || spec.Type == ServiceType.ClusterIP && !spec.ExternalIPs.IsEmpty;

    /// <summary>Whether the Service has a health check node port: LoadBalancer with externalTrafficPolicy Local.</summary>
    public static bool NeedsHealthCheckNodePort(this ServiceSpec spec) =>
        spec.Type == ServiceType.LoadBalancer && spec.ExternalTrafficPolicy == TrafficPolicy.Local;
}
