using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Defaults;

/// <summary>The API server's defaults of a Service (spec kube-proxy-iptables 1.2).</summary>
internal static class ServiceDefaults
{
    /// <summary>The timeout of affinity ClientIP, in seconds: three hours.</summary>
    public const int AffinityTimeoutSeconds = 10800;

    /// <summary>The Service with the defaults that need no knowledge of the cluster.</summary>
    public static Service Apply(Service service)
    {
        ServiceSpec spec = Apply(service.Spec);
        ServiceStatus status = spec.Type == ServiceType.LoadBalancer ? Apply(service.Status) : service.Status;
        return service with { Spec = spec, Status = status };
    }

    /// <summary>The spec with the defaults that need no knowledge of the cluster.</summary>
    public static ServiceSpec Apply(ServiceSpec spec)
    {
        ServiceType type = spec.Type ?? ServiceType.ClusterIP;
        SessionAffinity affinity = spec.SessionAffinity ?? SessionAffinity.None;
        spec = spec with
        {
            Type = type,
            SessionAffinity = affinity,

            // A timeout without affinity is dropped, not refused.
            SessionAffinityTimeoutSeconds = affinity == SessionAffinity.None ? null : spec.SessionAffinityTimeoutSeconds ?? AffinityTimeoutSeconds,
            Ports = Apply(spec.Ports),
            InternalTrafficPolicy = spec.InternalTrafficPolicy ?? (type == ServiceType.ExternalName ? null : TrafficPolicy.Cluster),
            AllocateLoadBalancerNodePorts = spec.AllocateLoadBalancerNodePorts ?? (type == ServiceType.LoadBalancer ? true : null),
        };
        if (spec.IsExternallyAccessible() && spec.ExternalTrafficPolicy is null) spec = spec with { ExternalTrafficPolicy = TrafficPolicy.Cluster };
        return NormalizeClusterIps(spec);
    }

    /// <summary>The spec with the families that its addresses and policy have in a cluster of <paramref name="clusterFamilies"/>, primary first.</summary>
    /// <remarks>The spec is valid; what the cluster cannot give is the caller's to report.</remarks>
    public static ServiceSpec ApplyFamilies(ServiceSpec spec, IReadOnlyList<IpFamily> clusterFamilies)
    {
        if (spec.Type == ServiceType.ExternalName) return spec;
        bool headlessWithoutSelector = spec.IsHeadless() && spec.Selector.IsEmpty;
        IpFamilyPolicy policy = spec.IpFamilyPolicy ?? (headlessWithoutSelector ? IpFamilyPolicy.RequireDualStack : IpFamilyPolicy.SingleStack);
        List<IpFamily> families = [.. spec.IpFamilies];
        if (!spec.IsHeadless())
            for (int i = families.Count; i < spec.ClusterIPs.Count; i++) families.Add(IpAddr.Parse(spec.ClusterIPs[i]).Family);
        if (families.Count == 0) families.Add(clusterFamilies[0]);

        // A headless Service without selector may have both families on a cluster of one: its endpoints are the user's.
        bool wantsSecond = policy != IpFamilyPolicy.SingleStack && families.Count == 1 && (clusterFamilies.Count > 1 || headlessWithoutSelector);
        if (wantsSecond) families.Add(families[0] == IpFamily.IPv4 ? IpFamily.IPv6 : IpFamily.IPv4);
        return spec with { IpFamilyPolicy = policy, IpFamilies = families.ToEquatableArray() };
    }

    private static EquatableArray<ServicePort> Apply(EquatableArray<ServicePort> ports) => ports
        .Select(static port => port with
        {
            Protocol = port.Protocol ?? Protocol.Tcp,
            TargetPort = port.TargetPort is { Name: null, Number: 0 } or { Name: "" } or null ? new IntOrString(port.Port) : port.TargetPort,
        })
        .ToEquatableArray();

    // Only from the older field to the newer one: `clusterIPs` without `clusterIP` is an error, as in the API server.
    private static ServiceSpec NormalizeClusterIps(ServiceSpec spec) =>
        spec.ClusterIP.Length > 0 && spec.ClusterIPs.IsEmpty ? spec with { ClusterIPs = [spec.ClusterIP] } : spec;

    private static ServiceStatus Apply(ServiceStatus status) => status with
    {
        LoadBalancerIngress = status.LoadBalancerIngress
            .Select(static ingress => ingress.IpMode is null && !string.IsNullOrEmpty(ingress.Ip) ? ingress with { IpMode = LoadBalancerIpMode.VIP } : ingress)
            .ToEquatableArray(),
    };
}
