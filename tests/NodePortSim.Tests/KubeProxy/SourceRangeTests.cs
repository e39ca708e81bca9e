using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>How kube-proxy writes loadBalancerSourceRanges: as networks, host bits cleared, a single host too.</summary>
public sealed class SourceRangeTests
{
    [Theory]
    [InlineData("203.0.113.7/32", "203.0.113.7/32")]
    [InlineData(" 203.0.113.7/24 ", "203.0.113.0/24")]
    public void A_source_range_is_written_as_a_network(string range, string written)
    {
        Service service = Sample.Service("shop", new ServiceSpec { Type = ServiceType.LoadBalancer, LoadBalancerSourceRanges = [range] }) with
        {
            Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Ip = "198.51.100.5" }] },
        };

        SyncResult sync = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node())
            .Sync([service], [Sample.Slice("shop", Sample.Endpoint("10.44.1.7", "elm"))]);

        RestoreWriter.Write(sync.Restore).Should().Contain($"-m comment --comment \"default/shop:web loadbalancer IP\" -s {written} -j KUBE-EXT-");
    }
}
