using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.Clusters;

/// <summary>The shape of the network and the nodes' kernel parameters that a cluster's configuration asks for.</summary>
internal static class NetworkPlan
{
    /// <summary>The cores of every node: they decide nf_conntrack_max (spec kube-proxy-iptables 1.1).</summary>
    private const int CoresPerNode = 4;

    public static TopologyOptions Of(ClusterState state, KubeProxyOptions options, ulong seed)
    {
        NetworkConfiguration network = state.Network ?? new NetworkConfiguration();
        return new TopologyOptions
        {
            Cni = network.Cni switch
            {
                CniType.Bridge => CniKind.Bridge,
                CniType.Overlay => CniKind.Overlay,
                _ => CniKind.Ptp,
            },
            VethAddress = network.HostAddress switch
            {
                CniHostAddress.None => VethAddress.None,
                CniHostAddress.Node => VethAddress.Node,
                _ => VethAddress.PodGateway,
            },
            Hairpin = network.Hairpin,
            BridgeNfCallIptables = network.BridgeNfCallIptables,
            Gateways = state.Network is null ? ImpliedGateways(state) : network.Gateways.Select(IpAddr.Parse).ToEquatableArray(),
            NodeSysctls = SysctlsOf(state.KubeProxyConfiguration ?? new KubeProxyConfiguration(), network, options),
            Seed = seed,
        };
    }

    /// <summary>kube-proxy's configuration; kind tells it the pod subnet as its clusterCIDR where nothing else does.</summary>
    public static KubeProxyConfiguration? KubeProxyConfigurationOf(ClusterState state)
    {
        KubeProxyConfiguration? configuration = state.KubeProxyConfiguration;
        if (state.KindCluster is not { } kind || configuration is { ClusterCIDR.Length: > 0 }) return configuration;
        ClusterNetworks networks = ClusterNetworks.Of(kind);
        string podSubnets = string.Join(',', networks.Families.Select(networks.PodSubnet));
        return (configuration ?? new KubeProxyConfiguration()) with { ClusterCIDR = podSubnets };
    }

    /// <summary>Hosts of a real network have a default route. Where nothing says which, the nodes' network ends in its gateway's address.</summary>
    private static EquatableArray<IpAddr> ImpliedGateways(ClusterState state)
    {
        var gateways = new List<IpAddr>();
        foreach (IpFamily family in (ReadOnlySpan<IpFamily>)[IpFamily.IPv4, IpFamily.IPv6])
        {
            foreach (Node node in state.Nodes.Values)
            {
                if (NodeInfo.From(node).PrimaryAddress(family) is not { } address) continue;
                gateways.Add(family == IpFamily.IPv4
                    ? new IpCidr(address, 24).Address.Add(254)
                    : new IpCidr(address, 64).Address.Add(0xFFFE));
                break;
            }
        }

        return gateways.ToEquatableArray();
    }

    /// <summary>What kube-proxy sets on its node, then what the manifest sets.</summary>
    private static Sysctls SysctlsOf(KubeProxyConfiguration configuration, NetworkConfiguration network, KubeProxyOptions options)
    {
        ConntrackTimeouts timeouts = ConntrackTimeouts.KubeProxyDefaults;
        timeouts = timeouts with
        {
            TcpEstablished = Seconds(configuration.ConntrackTcpEstablishedTimeout, timeouts.TcpEstablished),
            TcpCloseWait = Seconds(configuration.ConntrackTcpCloseWaitTimeout, timeouts.TcpCloseWait),
            Udp = Seconds(configuration.ConntrackUdpTimeout, timeouts.Udp),
            UdpStream = Seconds(configuration.ConntrackUdpStreamTimeout, timeouts.UdpStream),
        };
        var sysctls = new Sysctls
        {
            Forwarding = true,
            RouteLocalnet = options.UsesLocalhostNodePorts(IpFamily.IPv4),
            ConntrackMax = Math.Max(configuration.ConntrackMin ?? 131072, (configuration.ConntrackMaxPerCore ?? 32768) * CoresPerNode),
            ConntrackTcpBeLiberal = configuration.ConntrackTcpBeLiberal,
            ConntrackTimeouts = timeouts,
        };
        foreach ((string name, string value) in network.Sysctls) sysctls = sysctls.With(name, value) ?? sysctls;
        return sysctls;
    }

    private static int Seconds(TimeSpan? configured, int otherwise) =>
        configured is { } time && time > TimeSpan.Zero ? (int)time.TotalSeconds : otherwise;
}
