using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;

namespace NodePortSim.Tests.Manifests;

public class ConfigurationBinderTests
{
    [Fact]
    public void A_kube_proxy_configuration_binds() =>
        ManifestText.One<KubeProxyConfiguration>(
            """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            bindAddress: 0.0.0.0
            bindAddressHardFail: false
            clientConnection: {acceptContentTypes: "", burst: 0, contentType: "", kubeconfig: /var/lib/kube-proxy/kubeconfig.conf, qps: 0}
            mode: iptables
            clusterCIDR: 10.244.0.0/16,fd00:10:244::/56
            detectLocalMode: BridgeInterface
            detectLocal: {bridgeInterface: cni0, interfaceNamePrefix: veth}
            nodePortAddresses: [primary]
            iptables: {masqueradeBit: 8, masqueradeAll: true, localhostNodePorts: false, minSyncPeriod: 1s, syncPeriod: 0s}
            conntrack:
              maxPerCore: 0
              min: 1000
              tcpBeLiberal: true
              tcpEstablishedTimeout: 24h0m0s
              tcpCloseWaitTimeout: 1h30m
              udpTimeout: 1.5s
              udpStreamTimeout: 0s
            """)
            .Should().Be(new KubeProxyConfiguration
            {
                Mode = "iptables",
                ClusterCIDR = "10.244.0.0/16,fd00:10:244::/56",
                DetectLocalMode = DetectLocalMode.BridgeInterface,
                BridgeInterface = "cni0",
                InterfaceNamePrefix = "veth",
                NodePortAddresses = ["primary"],
                MasqueradeBit = 8,
                MasqueradeAll = true,
                LocalhostNodePorts = false,
                ConntrackTcpBeLiberal = true,
                ConntrackMaxPerCore = 0,
                ConntrackMin = 1000,
                ConntrackTcpEstablishedTimeout = TimeSpan.FromHours(24),
                ConntrackTcpCloseWaitTimeout = TimeSpan.FromMinutes(90),
                ConntrackUdpTimeout = TimeSpan.FromMilliseconds(1500),
                ConntrackUdpStreamTimeout = TimeSpan.Zero,
            });

    [Fact]
    public void A_kube_proxy_configuration_with_nulls_as_kubeadm_writes_it_binds() =>
        ManifestText.One<KubeProxyConfiguration>(
            """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            clusterCIDR: 10.244.0.0/16
            configSyncPeriod: 0s
            conntrack:
              maxPerCore: null
              min: null
              tcpBeLiberal: false
              tcpCloseWaitTimeout: null
              tcpEstablishedTimeout: null
              udpStreamTimeout: 0s
              udpTimeout: 0s
            detectLocal: {bridgeInterface: "", interfaceNamePrefix: ""}
            detectLocalMode: ""
            iptables: {localhostNodePorts: null, masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s}
            ipvs: {excludeCIDRs: null}
            logging: {flushFrequency: 0}
            nodePortAddresses: null
            mode: ""
            """)
            .Should().Be(new KubeProxyConfiguration
            {
                ClusterCIDR = "10.244.0.0/16",
                ConntrackUdpStreamTimeout = TimeSpan.Zero,
                ConntrackUdpTimeout = TimeSpan.Zero,
            });

    [Fact]
    public void A_kind_cluster_binds() =>
        ManifestText.One<KindCluster>(
            """
            kind: Cluster
            apiVersion: kind.x-k8s.io/v1alpha4
            name: myk8s
            networking:
              ipFamily: dual
              podSubnet: "10.10.0.0/16"
              serviceSubnet: "10.200.0.0/16"
              kubeProxyMode: "iptables"
              disableDefaultCNI: true
              apiServerPort: 6443
            nodes:
            - role: control-plane
              extraPortMappings: [{containerPort: 30080, hostPort: 80}]
            - role: worker
              image: kindest/node:v1.31.0
              labels: {tier: 1, zone: a}
            - {}
            kubeadmConfigPatches:
            - |
              kind: ClusterConfiguration
            """)
            .Should().Be(new KindCluster
            {
                Metadata = new ObjectMeta { Name = "myk8s" },
                IpFamily = "dual",
                PodSubnet = "10.10.0.0/16",
                ServiceSubnet = "10.200.0.0/16",
                KubeProxyMode = "iptables",
                Nodes =
                [
                    new KindNode("control-plane", default),
                    new KindNode("worker", StringMap.Create([new("tier", "1"), new("zone", "a")])),
                    new KindNode("control-plane", default),
                ],
            });

    [Fact]
    public void An_external_client_binds() =>
        ManifestText.One<ExternalClient>(
            """
            apiVersion: nodeportsim.dev/v1alpha1
            kind: ExternalClient
            metadata: {name: mypc}
            spec:
              addresses: [172.18.0.100, fd00::64/64]
              routes: [{to: 10.200.0.0/16, via: 172.18.0.4}]
            """)
            .Should().Be(new ExternalClient
            {
                Metadata = new ObjectMeta { Name = "mypc" },
                Addresses = ["172.18.0.100", "fd00::64/64"],
                Routes = [new ClientRoute("10.200.0.0/16", "172.18.0.4")],
            });

    [Fact]
    public void A_network_binds() =>
        ManifestText.One<NetworkConfiguration>(
            """
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Network
            metadata: {name: default}
            spec:
              cni: bridge
              hostAddress: none
              hairpin: false
              bridgeNfCallIptables: false
              gateways: [172.18.0.254]
              sysctls: {net.ipv4.conf.all.route_localnet: 1, net.ipv4.ip_local_port_range: "40000 40009"}
            """)
            .Should().Be(new NetworkConfiguration
            {
                Metadata = new ObjectMeta { Name = "default" },
                Cni = CniType.Bridge,
                HostAddress = CniHostAddress.None,
                Hairpin = false,
                BridgeNfCallIptables = false,
                Gateways = ["172.18.0.254"],
                Sysctls = StringMap.Create([new("net.ipv4.conf.all.route_localnet", "1"), new("net.ipv4.ip_local_port_range", "40000 40009")]),
            });

    [Fact]
    public void A_network_without_spec_has_the_documented_defaults() =>
        ManifestText.One<NetworkConfiguration>("{apiVersion: nodeportsim.dev/v1alpha1, kind: Network}").Should().Be(new NetworkConfiguration());

    [Fact]
    public void Wrong_values_of_configurations_are_located() =>
        ManifestText.Problems(
            """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            detectLocalMode: Cluster
            conntrack:
              udpTimeout: 10
              udpStreamTimeout: "10"
              tcpEstablishedTimeout: 1d
            ---
            kind: Cluster
            apiVersion: kind.x-k8s.io/v1alpha4
            nodes: [{role: wroker}]
            networking: {ipFamily: IPv4}
            ---
            apiVersion: nodeportsim.dev/v1alpha1
            kind: Network
            spec: {cni: calico, hostAdress: none}
            """)
            .Should().Be(
            """
            m.yaml:3:18: detectLocalMode: Unsupported value: "Cluster": supported values: "BridgeInterface", "ClusterCIDR", "InterfaceNamePrefix", "NodeCIDR"
            m.yaml:5:15: conntrack.udpTimeout: Invalid value: "integer": conntrack.udpTimeout in body must be of type string: "integer"
            m.yaml:6:21: conntrack.udpStreamTimeout: Invalid value: "10": time: missing unit in duration "10"
            m.yaml:7:26: conntrack.tcpEstablishedTimeout: Invalid value: "1d": time: unknown unit "d" in duration "1d"
            m.yaml:11:16: nodes[0].role: Unsupported value: "wroker": supported values: "control-plane", "worker"
            m.yaml:12:24: networking.ipFamily: Unsupported value: "IPv4": supported values: "dual", "ipv4", "ipv6"
            m.yaml:16:13: spec.cni: Unsupported value: "calico": supported values: "bridge", "overlay", "ptp"
            m.yaml:16:21: unknown field "spec.hostAdress"
            """);
}
