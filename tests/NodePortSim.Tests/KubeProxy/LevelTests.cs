using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.KubeProxy.Rules;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Spec kube-proxy-iptables 5 and 9, where no recordings are.</summary>
public class LevelTests
{
    [Fact]
    public void Level_1_23_routes_local_external_traffic_through_KUBE_XLB()
    {
        string text = LocalShop("1.23", "oak");

        text.Should().Be("""
            -A KUBE-FW-G5IFQ6LOZZQ6ZOO6 -m comment --comment "default/shop:web loadbalancer IP" -j KUBE-XLB-G5IFQ6LOZZQ6ZOO6
            -A KUBE-FW-G5IFQ6LOZZQ6ZOO6 -m comment --comment "default/shop:web loadbalancer IP" -j KUBE-MARK-DROP
            -A KUBE-NODEPORTS -s 127.0.0.0/8 -p tcp -m comment --comment "default/shop:web" -m tcp --dport 30080 -j KUBE-MARK-MASQ
            -A KUBE-NODEPORTS -p tcp -m comment --comment "default/shop:web" -m tcp --dport 30080 -j KUBE-XLB-G5IFQ6LOZZQ6ZOO6
            -A KUBE-SVC-G5IFQ6LOZZQ6ZOO6 ! -s 10.44.0.0/16 -d 10.201.0.10/32 -p tcp -m comment --comment "default/shop:web cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
            -A KUBE-SVC-G5IFQ6LOZZQ6ZOO6 -m comment --comment "default/shop:web" -j KUBE-SEP-SEP1
            -A KUBE-XLB-G5IFQ6LOZZQ6ZOO6 -s 10.44.0.0/16 -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP" -j KUBE-SVC-G5IFQ6LOZZQ6ZOO6
            -A KUBE-XLB-G5IFQ6LOZZQ6ZOO6 -m comment --comment "masquerade LOCAL traffic for default/shop:web LB IP" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
            -A KUBE-XLB-G5IFQ6LOZZQ6ZOO6 -m comment --comment "route LOCAL traffic for default/shop:web LB IP to service chain" -m addrtype --src-type LOCAL -j KUBE-SVC-G5IFQ6LOZZQ6ZOO6
            -A KUBE-XLB-G5IFQ6LOZZQ6ZOO6 -m comment --comment "Balancing rule 0 for default/shop:web" -j KUBE-SEP-SEP1

            """);
    }

    [Fact]
    public void Level_1_23_drops_local_external_traffic_by_a_mark()
    {
        LocalShop("1.23", "elm").Should().Contain("""
            -A KUBE-XLB-G5IFQ6LOZZQ6ZOO6 -m comment --comment "default/shop:web has no local endpoints" -j KUBE-MARK-DROP

            """);
    }

    [Fact]
    public void Level_1_24_drops_local_external_traffic_in_KUBE_SVL()
    {
        LocalShop("1.24", "elm").Should().Contain("""
            -A KUBE-EXT-G5IFQ6LOZZQ6ZOO6 -j KUBE-SVL-G5IFQ6LOZZQ6ZOO6
            """).And.Contain("""
            -A KUBE-SVL-G5IFQ6LOZZQ6ZOO6 -m comment --comment "default/shop:web has no local endpoints" -j KUBE-MARK-DROP

            """);
    }

    [Theory]
    [InlineData("1.24", "KUBE-FIREWALL KUBE-FORWARD KUBE-NODEPORTS KUBE-EXTERNAL-SERVICES KUBE-SERVICES")]
    [InlineData("1.25", "KUBE-FIREWALL KUBE-FORWARD KUBE-NODEPORTS KUBE-EXTERNAL-SERVICES KUBE-PROXY-FIREWALL KUBE-SERVICES")]
    public void KUBE_PROXY_FIREWALL_comes_with_level_1_25(string level, string chains)
    {
        RuleSet rules = new NodeProxy(IpFamily.IPv4, Sample.Options(level), Sample.Node()).Sync([], []).Rules;

        rules[IptablesTable.Filter]!.Chains.Where(static c => !c.IsBuiltIn && c.Name != ChainNames.Canary).Select(static c => c.Name)
            .Should().BeEquivalentTo(chains.Split(' '));
    }

    [Theory]
    [InlineData("v1.31.4", "1.31")]
    [InlineData("1.22", "1.22")]
    [InlineData("1.36", "1.36")]
    public void Versions_are_read(string text, string level) => KubeProxyLevel.Parse(text).ToString().Should().Be(level);

    [Theory]
    [InlineData("1.21")]
    [InlineData("1.37")]
    [InlineData("2.31")]
    [InlineData("latest")]
    public void Versions_that_are_not_modelled_are_refused(string text)
    {
        Action parse = () => KubeProxyLevel.Parse(text);

        parse.Should().Throw<FormatException>().WithMessage($"\"{text}\" is not a kube-proxy version between 1.22 and 1.36");
    }

    [Theory]
    [InlineData(2, 1073741824u, "0.50000000000")]
    [InlineData(3, 715827883u, "0.33333333349")]
    [InlineData(5, 429496730u, "0.20000000019")]
    [InlineData(6, 357913941u, "0.16666666651")]
    [InlineData(7, 306783378u, "0.14285714272")]
    [InlineData(9, 238609294u, "0.11111111101")]
    [InlineData(10, 214748365u, "0.10000000009")]
    [InlineData(12, 178956971u, "0.08333333349")]
    [InlineData(13, 165191050u, "0.07692307699")]
    [InlineData(15, 143165577u, "0.06666666688")]
    [InlineData(16, 134217728u, "0.06250000000")]
    public void One_of_n_is_what_the_kernel_makes_of_ten_decimals(int n, uint threshold, string saved)
    {
        RuleParts.Chance(n).Threshold.Should().Be(threshold);
        SaveWriter.Write(new Rule { Matches = [RuleParts.Chance(n)], Target = new AcceptTarget() }, IpFamily.IPv4)
            .Should().Contain($"--probability {saved} ");
    }

    private static string LocalShop(string level, string endpointNode)
    {
        var spec = new ServiceSpec { Type = ServiceType.LoadBalancer, ExternalTrafficPolicy = TrafficPolicy.Local };
        Service shop = Sample.Service("shop", spec, nodePort: 30080) with
        {
            Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Ip = "203.0.113.9" }] },
        };
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(level), Sample.Node("oak"));
        RuleSet rules = proxy.Sync([shop], [Sample.Slice("shop", Sample.Endpoint("10.44.0.7", endpointNode))]).Rules;
        string endpoint = ChainNames.OfEndpoint(new ServicePortName(ObjectKey.Parse("default/shop"), "web", Protocol.Tcp), "10.44.0.7:8080");
        string hash = ChainNames.Of(new ServicePortName(ObjectKey.Parse("default/shop"), "web", Protocol.Tcp)).Hash;
        return Sample.Rules(rules, IptablesTable.Nat, "KUBE-FW", "KUBE-NODEPORTS", "KUBE-SVC", "KUBE-SVL", "KUBE-EXT", "KUBE-XLB")
            .Replace(endpoint, "KUBE-SEP-SEP1", StringComparison.Ordinal).Replace(hash, "G5IFQ6LOZZQ6ZOO6", StringComparison.Ordinal);
    }
}
