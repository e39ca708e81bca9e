using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Spec kube-proxy-iptables 4.</summary>
public class EndpointSelectionTests
{
    private static readonly string Hash = ChainNames.Of(new ServicePortName(ObjectKey.Parse("default/shop"), "web", Protocol.Tcp)).Hash;

    // The decision table: policies, whether the port has an external destination, where the one endpoint is; then where traffic goes.
    [Theory]
    [InlineData("Cluster", "Cluster", true, "", "REJECT", "REJECT", "")]
    [InlineData("Local", "Local", true, "", "REJECT", "REJECT", "")]
    [InlineData("Cluster", "Cluster", false, "elm", "SVC", "", "SVC")]
    [InlineData("Cluster", "Cluster", true, "elm", "SVC", "EXT SVC", "EXT SVC")]
    [InlineData("Cluster", "Local", true, "oak", "SVC", "EXT SVL", "EXT SVC SVL")]
    [InlineData("Cluster", "Local", true, "elm", "SVC", "EXT DROP", "EXT SVC")]
    [InlineData("Local", "Cluster", false, "oak", "SVL", "", "SVL")]
    [InlineData("Local", "Cluster", false, "elm", "DROP", "", "")]
    [InlineData("Local", "Cluster", true, "oak", "SVL", "EXT SVC", "EXT SVC SVL")]
    [InlineData("Local", "Cluster", true, "elm", "DROP", "EXT SVC", "EXT SVC")]
    [InlineData("Local", "Local", true, "oak", "SVL", "EXT SVL", "EXT SVC SVL")]
    [InlineData("Local", "Local", true, "elm", "DROP", "EXT DROP", "EXT SVC")]
    public void Policies_and_endpoints_decide_where_traffic_goes(
        string internalPolicy, string externalPolicy, bool external, string node, string clusterIP, string nodePort, string chains)
    {
        var spec = new ServiceSpec
        {
            Type = external ? ServiceType.NodePort : ServiceType.ClusterIP,
            InternalTrafficPolicy = Enum.Parse<TrafficPolicy>(internalPolicy),
            ExternalTrafficPolicy = Enum.Parse<TrafficPolicy>(externalPolicy),
        };
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());

        RuleSet rules = proxy.Sync(
            [Sample.Service("shop", spec, nodePort: external ? 30080 : 0)],
            [node.Length == 0 ? Sample.Slice("shop") : Sample.Slice("shop", Sample.Endpoint("10.44.0.7", node))]).Rules;

        string clusterRules = Sample.Rules(rules, IptablesTable.Filter, "KUBE-SERVICES") + Sample.Rules(rules, IptablesTable.Nat, "KUBE-SERVICES -d");
        Where(clusterRules).Should().Be(clusterIP);
        string portRules = Sample.Rules(rules, IptablesTable.Filter, "KUBE-EXTERNAL-SERVICES")
            + Sample.Rules(rules, IptablesTable.Nat, "KUBE-NODEPORTS -p") + LastRuleOf(rules, "KUBE-EXT-");
        Where(portRules).Should().Be(nodePort);
        rules[IptablesTable.Nat]!.Chains.Select(static c => c.Name).Where(static n => n.EndsWith(Hash, StringComparison.Ordinal))
            .Select(static n => n[5..8]).Should().Equal(chains.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Terminating_endpoints_stand_in_where_none_is_ready()
    {
        EndpointSelection selection = Select(
            new ServiceSpec { Type = ServiceType.ClusterIP },
            [Sample.Endpoint("10.44.0.7", "oak", "terminating"), Sample.Endpoint("10.44.1.7", "elm", "terminating"), Sample.Endpoint("10.44.1.8", "elm", "down")]);

        selection.Cluster.Select(static e => e.Text).Should().Equal("10.44.0.7:8080", "10.44.1.7:8080");
        selection.HasAnywhere.Should().BeTrue();
    }

    [Fact]
    public void Local_traffic_falls_back_to_terminating_endpoints_while_cluster_traffic_uses_ready_ones()
    {
        EndpointSelection selection = Select(
            new ServiceSpec { Type = ServiceType.NodePort, ExternalTrafficPolicy = TrafficPolicy.Local },
            [Sample.Endpoint("10.44.0.7", "oak", "terminating"), Sample.Endpoint("10.44.1.7", "elm")],
            nodePort: 30080);

        selection.Cluster.Select(static e => e.Text).Should().Equal("10.44.1.7:8080");
        selection.Local.Select(static e => e.Text).Should().Equal("10.44.0.7:8080");
        selection.Reachable.Select(static e => e.Text).Should().Equal("10.44.0.7:8080", "10.44.1.7:8080");
    }

    [Fact]
    public void Endpoints_are_sorted_by_bytes_and_of_two_with_one_address_the_local_one_counts()
    {
        Endpoint remote = Sample.Endpoint("10.44.1.4", "elm"), local = Sample.Endpoint("10.44.1.4", "oak");

        EndpointSelection selection = Select(new ServiceSpec { Type = ServiceType.ClusterIP }, [remote, Sample.Endpoint("10.44.1.10", "elm"), local]);

        selection.Cluster.Select(static e => $"{e.Text} {e.NodeName}").Should().Equal("10.44.1.10:8080 elm", "10.44.1.4:8080 oak");
    }

    [Theory]
    [InlineData("1.31", "a,a,b", "a", "10.44.0.1:8080 10.44.0.2:8080")]
    [InlineData("1.31", "a,a,b", "b", "10.44.0.3:8080")]
    [InlineData("1.31", "a,a,b", "c", "10.44.0.1:8080 10.44.0.2:8080 10.44.0.3:8080")]
    [InlineData("1.31", "a,,b", "a", "10.44.0.1:8080 10.44.0.2:8080 10.44.0.3:8080")]
    [InlineData("1.31", "a,a,b", null, "10.44.0.1:8080 10.44.0.2:8080 10.44.0.3:8080")]
    [InlineData("1.30", "a,a,b", "a", "10.44.0.1:8080 10.44.0.2:8080 10.44.0.3:8080")]
    public void Zone_hints_count_only_if_every_endpoint_has_one_and_one_is_for_here(string level, string hints, string? zone, string expected)
    {
        Endpoint[] endpoints = [.. hints.Split(',').Select(static (hint, i) => Sample.Endpoint(Sample.Invariant($"10.44.0.{i + 1}")) with
        {
            HintsForZones = hint.Length == 0 ? [] : [hint],
        })];

        EndpointSelection selection = Select(new ServiceSpec { Type = ServiceType.ClusterIP }, endpoints, level: level, zone: zone);

        string.Join(' ', selection.Cluster).Should().Be(expected);
    }

    private static EndpointSelection Select(ServiceSpec spec, Endpoint[] endpoints, string level = "1.31", string? zone = null, int nodePort = 0)
    {
        KubeProxyLevel version = KubeProxyLevel.Parse(level);
        ProxyState state = ProxyState.Create([Sample.Service("shop", spec, nodePort: nodePort)], [Sample.Slice("shop", endpoints)], version);
        ServicePortInfo port = state.ServicePorts(IpFamily.IPv4).Single();
        return EndpointSelection.Select(port, state.EndpointsOf(IpFamily.IPv4, port.Name), Sample.Node(zone: zone), version);
    }

    /// <summary>The destinations of rules, in short.</summary>
    private static string Where(string rules) => string.Join(' ', rules.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(static line => line[(line.IndexOf("-j ", StringComparison.Ordinal) + 3)..].Split(' ')[0])
        .Select(static target => target.StartsWith("KUBE-", StringComparison.Ordinal) ? target[5..8] : target)
        .OrderBy(static target => target is "DROP" ? "Z" : target, StringComparer.Ordinal)
        .Distinct());

    private static string LastRuleOf(RuleSet rules, string chain)
    {
        string last = Sample.Rules(rules, IptablesTable.Nat, chain).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("");
        return last.Contains(" -m ", StringComparison.Ordinal) ? "" : last;
    }
}
