using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

public class KubeProxyOptionsTests
{
    [Fact]
    public void Defaults_are_kube_proxys()
    {
        KubeProxyOptions options = KubeProxyOptions.From(null);

        options.MasqueradeMark.Should().Be(0x4000);
        options.UsesLocalhostNodePorts(IpFamily.IPv4).Should().BeTrue();
        options.UsesLocalhostNodePorts(IpFamily.IPv6).Should().BeFalse();
        LocalTrafficDetector.For(options, IpFamily.IPv4, Sample.Node()).Should().BeNull();
    }

    [Fact]
    public void All_problems_of_a_configuration_are_told_at_once()
    {
        var configuration = new KubeProxyConfiguration
        {
            Mode = "ipvs",
            MasqueradeBit = 32,
            ClusterCIDR = "10.0.0.0/8,10.1.0.0/16,x",
            DetectLocalMode = DetectLocalMode.BridgeInterface,
            NodePortAddresses = ["primary", "10.0.0.0/33"],
        };

        KubeProxyOptions.TryFrom(configuration, null, out _, out EquatableArray<string> problems).Should().BeFalse();

        problems.Should().Equal(
            "mode: only iptables is modelled, not \"ipvs\"",
            "iptables.masqueradeBit: must be within the range [0, 31]",
            "detectLocal.bridgeInterface: cannot be empty",
            "nodePortAddresses: \"primary\" must be a valid CIDR block",
            "nodePortAddresses: \"10.0.0.0/33\" must be a valid CIDR block",
            "clusterCIDR: \"10.0.0.0/8,10.1.0.0/16,x\" must have at most one CIDR of each family",
            "clusterCIDR: \"x\" must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)");
    }

    [Fact]
    public void The_word_primary_needs_level_1_31()
    {
        Action old = () => KubeProxyOptions.From(new KubeProxyConfiguration { NodePortAddresses = ["primary"] }, KubeProxyLevel.Parse("1.30"));

        old.Should().Throw<ArgumentException>().WithMessage("nodePortAddresses: \"primary\" is not known to kube-proxy 1.30*");
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("127.5.0.0/16", true)]
    [InlineData("0.0.0.0/1", true)]
    [InlineData("128.0.0.0/1", false)]
    [InlineData("192.168.70.0/24", false)]
    [InlineData("fd00::/8", true)]
    public void Localhost_node_ports_need_a_loopback_network(string network, bool used) => KubeProxyOptions
        .From(new KubeProxyConfiguration { NodePortAddresses = [network] }).UsesLocalhostNodePorts(IpFamily.IPv4).Should().Be(used);

    [Fact]
    public void A_nodes_extra_addresses_are_of_its_interfaces()
    {
        NodeInfo node = NodeInfo.From(new Node
        {
            Metadata = new ObjectMeta { Name = "oak", Annotations = [new(Node.ExtraAddressesAnnotation, "eth1=10.77.0.11/24 eth2=10.78.0.11/24")] },
            Spec = new NodeSpec { PodCIDR = "10.44.0.0/24" },
            Status = new NodeStatus { Addresses = [new NodeAddress("InternalIP", "192.168.70.11"), new NodeAddress("Hostname", "oak")] },
        });

        node.InterfaceAddresses.Select(static a => a.ToString()).Should().Equal("127.0.0.1", "::1", "192.168.70.11", "10.77.0.11", "10.78.0.11");
        node.PodCidrs.Should().Equal(IpCidr.Parse("10.44.0.0/24"));
        node.PrimaryAddress(IpFamily.IPv4).Should().Be(IpAddr.Parse("192.168.70.11"));
        node.PrimaryAddress(IpFamily.IPv6).Should().BeNull();
    }
}
