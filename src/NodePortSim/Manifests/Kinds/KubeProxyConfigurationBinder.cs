using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Manifests.Kinds;

/// <summary>Binds a kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration.</summary>
internal static class KubeProxyConfigurationBinder
{
    public static KubeProxyConfiguration Bind(MappingBinder root)
    {
        MappingBinder iptables = root.Mapping("iptables");
        MappingBinder conntrack = root.Mapping("conntrack");
        MappingBinder detectLocal = root.Mapping("detectLocal");
        var bound = new KubeProxyConfiguration
        {
            Metadata = MetadataBinder.Bind(root),
            Mode = root.StringOrEmpty("mode"),
            ClusterCIDR = root.StringOrEmpty("clusterCIDR"),
            DetectLocalMode = root.Enum("detectLocalMode", ApiNames.DetectLocalModes),
            BridgeInterface = detectLocal.StringOrEmpty("bridgeInterface"),
            InterfaceNamePrefix = detectLocal.StringOrEmpty("interfaceNamePrefix"),
            NodePortAddresses = root.Strings("nodePortAddresses"),
            MasqueradeBit = iptables.Int32("masqueradeBit"),
            MasqueradeAll = iptables.Bool("masqueradeAll") ?? false,
            LocalhostNodePorts = iptables.Bool("localhostNodePorts"),
            ConntrackTcpBeLiberal = conntrack.Bool("tcpBeLiberal") ?? false,
            ConntrackMaxPerCore = conntrack.Int32("maxPerCore"),
            ConntrackMin = conntrack.Int32("min"),
            ConntrackTcpEstablishedTimeout = conntrack.Duration("tcpEstablishedTimeout"),
            ConntrackTcpCloseWaitTimeout = conntrack.Duration("tcpCloseWaitTimeout"),
            ConntrackUdpTimeout = conntrack.Duration("udpTimeout"),
            ConntrackUdpStreamTimeout = conntrack.Duration("udpStreamTimeout"),
        };
        iptables.Ignore("minSyncPeriod", "syncPeriod");
        iptables.WarnUnknown();
        conntrack.Ignore("max");
        conntrack.WarnUnknown();
        detectLocal.WarnUnknown();
        root.Ignore(
            "bindAddress", "bindAddressHardFail", "clientConnection", "configSyncPeriod", "enableProfiling", "featureGates",
            "healthzBindAddress", "hostnameOverride", "ipvs", "logging", "metricsBindAddress", "nftables", "oomScoreAdj", "portRange",
            "resourceContainer", "showHiddenMetricsForVersion", "udpIdleTimeout", "windowsRunAsService", "winkernel");
        return bound;
    }
}
