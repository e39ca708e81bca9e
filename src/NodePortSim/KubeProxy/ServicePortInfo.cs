using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One port of a Service as one family's kube-proxy sees it (spec kube-proxy-iptables 1.2). Immutable; thread-safe.</summary>
public sealed record ServicePortInfo
{
    private const string TopologyModeAnnotation = "service.kubernetes.io/topology-mode";
    private const string TopologyAwareHintsAnnotation = "service.kubernetes.io/topology-aware-hints";
    private const string ProxyNameLabel = "service.kubernetes.io/service-proxy-name";
    private const string HeadlessLabel = "service.kubernetes.io/headless";

    /// <summary>Who the port is.</summary>
    public required ServicePortName Name { get; init; }

    /// <summary>The names of its chains.</summary>
    public required ServiceChainNames Chains { get; init; }

    /// <summary>The cluster IP of this family.</summary>
    public required IpAddr ClusterIP { get; init; }

    /// <summary>The port at cluster, external and load balancer IPs, 1 to 65535.</summary>
    public required ushort Port { get; init; }

    /// <summary>The node port; 0 for none.</summary>
    public ushort NodePort { get; init; }

    /// <summary>The external IPs of this family, as listed.</summary>
    public EquatableArray<IpAddr> ExternalIPs { get; init; }

    /// <summary>The load balancer addresses of this family that nodes take for their own, as listed.</summary>
    public EquatableArray<IpAddr> LoadBalancerIPs { get; init; }

    /// <summary>The networks whose clients may use the load balancer addresses; none means all.</summary>
    public EquatableArray<IpCidr> SourceRanges { get; init; }

    /// <summary>Whether external traffic may only use endpoints of the node that it arrived at.</summary>
    public bool ExternalPolicyLocal { get; init; }

    /// <summary>Whether traffic to the cluster IP may only use endpoints of its own node.</summary>
    public bool InternalPolicyLocal { get; init; }

    /// <summary>For how long a client is kept on one endpoint, in seconds; null without session affinity.</summary>
    public int? AffinitySeconds { get; init; }

    /// <summary>The port of the Service's health check; 0 for none.</summary>
    public ushort HealthCheckNodePort { get; init; }

    /// <summary>The value of the topology-mode annotation, "" for none.</summary>
    public string TopologyMode { get; init; } = "";

    /// <summary>The port's protocol.</summary>
    public Protocol Protocol => Name.Protocol;

    /// <summary>Whether the port has a destination for clients outside the cluster.</summary>
    public bool IsExternallyAccessible => NodePort != 0 || !LoadBalancerIPs.IsEmpty || !ExternalIPs.IsEmpty;

    /// <summary>Whether some traffic may use endpoints of the whole cluster.</summary>
    public bool UsesClusterEndpoints => !InternalPolicyLocal || IsExternallyAccessible;

    /// <summary>Whether some traffic may only use endpoints of its node.</summary>
    public bool UsesLocalEndpoints => InternalPolicyLocal || (ExternalPolicyLocal && IsExternallyAccessible);

    /// <summary>The ports of a Service in one family; none for one that kube-proxy skips (spec kube-proxy-iptables 1.3).</summary>
    /// <param name="service">The Service.</param>
    /// <param name="family">The family.</param>
    /// <param name="level">kube-proxy's version.</param>
    public static EquatableArray<ServicePortInfo> Of(Service service, IpFamily family, KubeProxyLevel level)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(level);
        if (IsSkipped(service) || ClusterIPOf(service.Spec, family) is not { } clusterIP) return [];
        ServiceSpec spec = service.Spec;
        var key = new ObjectKey(service.Namespace, service.Name);
        bool external = HasExternalPolicyLocal(spec);
        var ports = new ServicePortInfo[spec.Ports.Count];
        for (int i = 0; i < ports.Length; i++)
        {
            ServicePort port = spec.Ports[i];
            var name = new ServicePortName(key, port.Name, port.Protocol ?? Protocol.Tcp);
            ports[i] = new ServicePortInfo
            {
                Name = name,
                Chains = ChainNames.Of(name),
                ClusterIP = clusterIP,
                Port = (ushort)port.Port,
                NodePort = (ushort)port.NodePort,
                ExternalIPs = Addresses(spec.ExternalIPs, family),
                LoadBalancerIPs = LoadBalancerAddresses(service.Status, family, level),
                SourceRanges = Ranges(spec.LoadBalancerSourceRanges, family, level),
                ExternalPolicyLocal = external,
                InternalPolicyLocal = spec.InternalTrafficPolicy == TrafficPolicy.Local,
                AffinitySeconds = spec.SessionAffinity == SessionAffinity.ClientIP ? spec.SessionAffinityTimeoutSeconds ?? 10800 : null,
                HealthCheckNodePort = external && spec.Type == ServiceType.LoadBalancer ? (ushort)spec.HealthCheckNodePort : (ushort)0,
                TopologyMode = service.Metadata.Annotations[TopologyAwareHintsAnnotation] ?? service.Metadata.Annotations[TopologyModeAnnotation] ?? "",
            };
        }

        return ports.ToEquatableArray();
    }

    /// <summary>Whether an object's labels ask kube-proxy to leave it to others; counts for Services and EndpointSlices.</summary>
    internal static bool IsLeftToOthers(StringMap labels) => labels.ContainsKey(ProxyNameLabel) || labels.ContainsKey(HeadlessLabel);

    private static bool IsSkipped(Service service) =>
        IsLeftToOthers(service.Metadata.Labels)
        || service.Spec.Type == ServiceType.ExternalName
        || (service.Spec.ClusterIP.Length == 0 && service.Spec.ClusterIPs.IsEmpty)
        || service.Spec.ClusterIP == "None"
        || (!service.Spec.ClusterIPs.IsEmpty && service.Spec.ClusterIPs[0] == "None");

    private static IpAddr? ClusterIPOf(ServiceSpec spec, IpFamily family)
    {
        if (spec.IpFamilies.IsEmpty)
        {
            string only = spec.ClusterIP.Length > 0 ? spec.ClusterIP : spec.ClusterIPs[0];
            return IpAddr.TryParse(only, out IpAddr address) && address.Family == family ? address : null;
        }

        for (int i = 0; i < spec.IpFamilies.Count; i++)
        {
            if (spec.IpFamilies[i] != family) continue;
            string? text = i < spec.ClusterIPs.Count ? spec.ClusterIPs[i] : i == 0 ? spec.ClusterIP : null;
            return IpAddr.TryParse(text, out IpAddr address) ? address : null;
        }

        return null;
    }

    private static bool HasExternalPolicyLocal(ServiceSpec spec) =>
        spec.ExternalTrafficPolicy == TrafficPolicy.Local
        && (spec.Type is ServiceType.LoadBalancer or ServiceType.NodePort || !spec.ExternalIPs.IsEmpty);

    private static EquatableArray<IpAddr> Addresses(EquatableArray<string> written, IpFamily family)
    {
        if (written.IsEmpty) return [];
        var found = new List<IpAddr>(written.Count);
        foreach (string text in written)
            if (IpAddr.TryParse(text, out IpAddr address) && address.Family == family) found.Add(address);
        return found.ToEquatableArray();
    }

    private static EquatableArray<IpAddr> LoadBalancerAddresses(ServiceStatus status, IpFamily family, KubeProxyLevel level)
    {
        if (status.LoadBalancerIngress.IsEmpty) return [];
        var found = new List<IpAddr>();
        foreach (LoadBalancerIngress ingress in status.LoadBalancerIngress)
        {
            if (ingress.IpMode == LoadBalancerIpMode.Proxy && level.HonoursIpModeProxy) continue;
            if (IpAddr.TryParse(ingress.Ip, out IpAddr address) && address.Family == family) found.Add(address);
        }

        return found.ToEquatableArray();
    }

    private static EquatableArray<IpCidr> Ranges(EquatableArray<string> written, IpFamily family, KubeProxyLevel level)
    {
        if (written.IsEmpty) return [];
        var found = new List<IpCidr>();
        foreach (string text in written)
            if (IpCidr.TryParse(text.Trim(), out IpCidr range) && range.Family == family) found.Add(range);
        if (level.UnrestrictedByZeroSourceRange && found.Exists(static range => range.PrefixLength == 0)) return [];
        return found.ToEquatableArray();
    }
}
