using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a v1 Service.</summary>
internal static class ServiceBinder
{
    public static Service Bind(MappingBinder root) => new()
    {
        Metadata = MetadataBinder.Bind(root),
        Spec = BindSpec(root.Mapping("spec")),
        Status = new ServiceStatus
        {
            LoadBalancerIngress = root.Mapping("status").Mapping("loadBalancer").List("ingress", static ingress => new LoadBalancerIngress
            {
                Ip = ingress.String("ip"),
                Hostname = ingress.String("hostname"),
                IpMode = ingress.Enum("ipMode", ApiNames.LoadBalancerIpModes, emptyIsAbsent: false),
            }),
        },
    };

    /// <summary>Binds the <c>spec</c> of a Service.</summary>
    public static ServiceSpec BindSpec(MappingBinder spec)
    {
        var bound = new ServiceSpec
        {
            Type = spec.Enum("type", ApiNames.ServiceTypes),
            ClusterIP = spec.StringOrEmpty("clusterIP"),
            ClusterIPs = spec.Strings("clusterIPs"),
            IpFamilies = spec.Enums("ipFamilies", ApiNames.IpFamilies),
            IpFamilyPolicy = spec.Enum("ipFamilyPolicy", ApiNames.IpFamilyPolicies, emptyIsAbsent: false),
            Selector = spec.StringMap("selector"),
            Ports = spec.List("ports", BindPort),
            ExternalTrafficPolicy = spec.Enum("externalTrafficPolicy", ApiNames.TrafficPolicies),
            InternalTrafficPolicy = spec.Enum("internalTrafficPolicy", ApiNames.TrafficPolicies, emptyIsAbsent: false),
            ExternalIPs = spec.Strings("externalIPs"),
            LoadBalancerIP = spec.StringOrEmpty("loadBalancerIP"),
            LoadBalancerSourceRanges = spec.Strings("loadBalancerSourceRanges"),
            LoadBalancerClass = spec.String("loadBalancerClass"),
            AllocateLoadBalancerNodePorts = spec.Bool("allocateLoadBalancerNodePorts"),
            HealthCheckNodePort = spec.Int32("healthCheckNodePort") ?? 0,
            SessionAffinity = spec.Enum("sessionAffinity", ApiNames.SessionAffinities),
            SessionAffinityTimeoutSeconds = BindAffinityTimeout(spec.Mapping("sessionAffinityConfig")),
            PublishNotReadyAddresses = spec.Bool("publishNotReadyAddresses") ?? false,
            ExternalName = spec.StringOrEmpty("externalName"),
            TrafficDistribution = spec.String("trafficDistribution"),
        };

        // Fields of former versions: every server drops them today.
        spec.Ignore("ipFamily", "topologyKeys");
        spec.WarnUnknown();
        return bound;
    }

    private static ServicePort BindPort(MappingBinder port)
    {
        var bound = new ServicePort
        {
            Name = port.StringOrEmpty("name"),
            Protocol = port.Enum("protocol", ApiNames.Protocols),
            Port = port.Int32("port") ?? 0,
            // 0 and "" are how the API says that there is none.
            TargetPort = port.IntOrString("targetPort") is { } target && target is not { Name: "" } and not { Name: null, Number: 0 } ? target : null,
            NodePort = port.Int32("nodePort") ?? 0,
            AppProtocol = port.String("appProtocol"),
        };
        port.WarnUnknown();
        return bound;
    }

    private static int? BindAffinityTimeout(MappingBinder config)
    {
        MappingBinder clientIP = config.Mapping("clientIP");
        int? seconds = clientIP.Int32("timeoutSeconds");
        clientIP.WarnUnknown();
        config.WarnUnknown();
        return seconds;
    }
}
