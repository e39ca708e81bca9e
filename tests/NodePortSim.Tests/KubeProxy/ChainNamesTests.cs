using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

public class ChainNamesTests
{
    [Theory]
    [InlineData("default/svc-nodeport", "svc-webport", Protocol.Tcp, "VTR7MTHHNMFZ3OFS")]
    [InlineData("default/kubernetes", "https", Protocol.Tcp, "NPX46M4PTMTKRN6Y")]
    [InlineData("kube-system/kube-dns", "dns", Protocol.Udp, "TCOU7JCQXEZGVUNU")]
    [InlineData("kube-system/kube-dns", "dns-tcp", Protocol.Tcp, "ERIFXISQEP7F7OF4")]
    [InlineData("kube-system/kube-dns", "metrics", Protocol.Tcp, "JD5MR3NA4I4DYORP")]
    [InlineData("default/nginx", "", Protocol.Tcp, "2CMXP7HKUVJN7L6M")]
    [InlineData("default/webapp-nodeport", "", Protocol.Tcp, "HH54PX2LENPCJ4PN")]
    [InlineData("default/hostnames", "http", Protocol.Tcp, "AC2ON6IKLZPGXVMV")]
    [InlineData("ns1/svc1", "p80", Protocol.Tcp, "XPGD46QRK7WJZT7O")]
    [InlineData("ns2/svc2", "p80", Protocol.Tcp, "GNZBNJ2PO5MGZ6GT")]
    [InlineData("ns1/svc1", "p80", Protocol.Sctp, "GFCIFIA5VTFSTMSM")]
    public void A_service_ports_chains_share_one_hash(string service, string port, Protocol protocol, string hash)
    {
        ServiceChainNames names = ChainNames.Of(new ServicePortName(ObjectKey.Parse(service), port, protocol));

        names.Cluster.Should().Be("KUBE-SVC-" + hash);
        names.Local.Should().Be("KUBE-SVL-" + hash);
        names.External.Should().Be("KUBE-EXT-" + hash);
        names.Firewall.Should().Be("KUBE-FW-" + hash);
        names.LoadBalancer.Should().Be("KUBE-XLB-" + hash);
    }

    [Theory]
    [InlineData("default/svc-nodeport", "svc-webport", Protocol.Tcp, "10.10.2.7:8080", "FBJG45W6XHLV2NA6")]
    [InlineData("default/svc-nodeport", "svc-webport", Protocol.Tcp, "10.10.1.4:8080", "BVGSCXVWMMVKXIKE")]
    [InlineData("default/svc-nodeport", "svc-webport", Protocol.Tcp, "10.10.3.3:8080", "4FWIZRNI676EMNVA")]
    [InlineData("kube-system/kube-dns", "dns", Protocol.Udp, "10.244.0.2:53", "YIL6JZP7A3QYXJU2")]
    [InlineData("default/nginx", "", Protocol.Tcp, "[fd00:10:244::5]:80", "56ZDOCNAW7BIRD73")]
    [InlineData("ns1/svc1", "p80", Protocol.Tcp, "10.180.0.1:80", "SXIVWICOYRO3J4NJ")]
    [InlineData("ns2/svc2", "p80", Protocol.Tcp, "10.180.0.2:80", "RS4RBKLTHTF2IUXJ")]
    public void An_endpoints_chain_is_named_by_its_service_port_and_address(string service, string port, Protocol protocol, string endpoint, string hash) =>
        ChainNames.OfEndpoint(new ServicePortName(ObjectKey.Parse(service), port, protocol), endpoint).Should().Be("KUBE-SEP-" + hash);

    [Fact]
    public void Service_ports_are_ordered_by_their_text_and_then_by_protocol()
    {
        ServicePortName[] names =
        [
            new(ObjectKey.Parse("default/a"), "z", Protocol.Tcp),
            new(ObjectKey.Parse("default/a-b"), "x", Protocol.Udp),
            new(ObjectKey.Parse("default/a-b"), "x", Protocol.Tcp),
            new(ObjectKey.Parse("default/a"), "", Protocol.Sctp),
        ];

        names.Order().Select(static n => $"{n} {n.Protocol}").Should()
            .Equal("default/a Sctp", "default/a-b:x Tcp", "default/a-b:x Udp", "default/a:z Tcp");
    }
}
