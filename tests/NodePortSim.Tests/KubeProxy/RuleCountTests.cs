using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>The numbers of rules of spec kube-proxy-iptables 10: its table, and its formulas beyond.</summary>
public class RuleCountTests
{
    [Theory]
    [InlineData(0, 0, 4, 5)]
    [InlineData(1, 0, 5, 5)]
    [InlineData(1, 1, 4, 10)]
    [InlineData(1, 2, 4, 13)]
    [InlineData(1, 10, 4, 37)]
    [InlineData(10, 0, 14, 5)]
    [InlineData(10, 1, 4, 55)]
    [InlineData(10, 2, 4, 85)]
    [InlineData(10, 10, 4, 325)]
    [InlineData(1000, 10, 4, 5 + 1000 * (2 + 3 * 10))]
    [InlineData(10_000, 0, 10_004, 5)]
    [InlineData(10_000, 2, 4, 5 + 10_000 * (2 + 3 * 2))]
    [InlineData(1000, 50, 4, 5 + 1000 * (2 + 3 * 50))]
    [InlineData(10_000, 50, 4, 5 + 10_000 * (2 + 3 * 50))]
    public void Cluster_IP_services_have_as_many_rules_as_kube_proxy_writes(int services, int endpoints, int filter, int nat) =>
        Count(services, endpoints, loadBalancer: false).Should().Be((filter, nat));

    [Theory]
    [InlineData(0, 0, 4, 5, 5)]
    [InlineData(1, 0, 8, 5, 5)]
    [InlineData(1, 1, 5, 18, 17)]
    [InlineData(1, 2, 5, 21, 20)]
    [InlineData(1, 10, 5, 45, 44)]
    [InlineData(10, 0, 44, 5, 5)]
    [InlineData(10, 1, 14, 135, 125)]
    [InlineData(10, 2, 14, 165, 155)]
    [InlineData(10, 10, 14, 405, 395)]
    [InlineData(1000, 10, 1004, 5 + 1000 * 40, 5 + 1000 * 39)]
    [InlineData(1000, 50, 1004, 5 + 1000 * 160, 5 + 1000 * 159)]
    [InlineData(10_000, 0, 40_004, 5, 5)]
    [InlineData(10_000, 10, 10_004, 5 + 10_000 * 40, 5 + 10_000 * 39)]
    public void Load_balancer_services_have_as_many_rules_as_kube_proxy_writes(int services, int endpoints, int filter, int counted, int uncounted)
    {
        Count(services, endpoints, loadBalancer: true).Should().Be((filter, counted));
        Count(services, endpoints, loadBalancer: true, nfacct: false).Should().Be((filter, uncounted));
    }

    private static (int Filter, int Nat) Count(int services, int endpoints, bool loadBalancer, bool nfacct = true)
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options() with { NfacctAvailable = nfacct }, Sample.Node());
        SyncResult sync = proxy.Sync(
            [.. Enumerable.Range(0, services).Select(i => MakeService(i, loadBalancer))],
            [.. Enumerable.Range(0, services).Select(i => MakeSlice(i, endpoints))]);
        (int Filter, int Nat) counts = (sync.CountRules(IptablesTable.Filter), sync.CountRules(IptablesTable.Nat));
        (int Filter, int Nat) written = (Appended(sync.Restore.Tables[0]), Appended(sync.Restore.Tables[1]));
        written.Should().Be(counts, "the text has the rules that are counted");
        return counts;
    }

    private static int Appended(RestoreTable table) => table.Commands.Count(static command => command is AppendRule);

    private static Service MakeService(int i, bool loadBalancer)
    {
        ServiceSpec spec = loadBalancer
            ? new ServiceSpec { Type = ServiceType.LoadBalancer, ExternalIPs = ["1.2.3.4"], LoadBalancerSourceRanges = ["1.2.3.4/28"] }
            : new ServiceSpec { Type = ServiceType.ClusterIP };
        Service service = Sample.Service($"svc{i}", spec, IpAddr.Parse("10.200.0.1").Add((ulong)i).ToString(), nodePort: loadBalancer ? 30000 + i : 0);
        return loadBalancer ? service with { Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Ip = "1.2.3.4" }] } } : service;
    }

    private static EndpointSlice MakeSlice(int i, int endpoints) => Sample.Slice(
        $"svc{i}",
        [.. Enumerable.Range(0, endpoints).Select(e => Sample.Endpoint(IpAddr.Parse("10.44.0.1").Add((ulong)(i * endpoints + e)).ToString()))]);
}
