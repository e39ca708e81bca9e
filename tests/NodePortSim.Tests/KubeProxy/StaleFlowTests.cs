using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Spec kube-proxy-iptables 7.</summary>
public class StaleFlowTests
{
    private static readonly ServiceSpec Spec = new()
    {
        Type = ServiceType.NodePort,
        ExternalIPs = ["198.51.100.7"],
    };

    private static readonly Service Dns = Sample.Service("dns", Spec, protocol: Protocol.Udp, nodePort: 30053);
    private static readonly Endpoint First = Sample.Endpoint("10.44.0.7", "oak"), Second = Sample.Endpoint("10.44.1.7", "elm");

    [Fact]
    public void A_newly_served_udp_service_loses_all_its_flows() => Deleted("1.31", (Dns, []), (Dns, [First])).Should().Equal(
        "--orig-dst 10.201.0.10 -p udp",
        "--orig-dst 198.51.100.7 -p udp",
        "-p udp --dport 30053");

    [Fact]
    public void A_deleted_udp_endpoint_loses_its_flows() => Deleted("1.31", (Dns, [First, Second]), (Dns, [First])).Should().Equal(
        "--orig-dst 10.201.0.10 -p udp --dst-nat 10.44.1.7",
        "--orig-dst 198.51.100.7 -p udp --dst-nat 10.44.1.7",
        "-p udp --dport 30053 --dst-nat 10.44.1.7");

    [Fact]
    public void A_deleted_udp_service_loses_the_flows_to_its_cluster_IP() =>
        Deleted("1.31", (Dns, [First]), (null, [])).Should().Equal("--orig-dst 10.201.0.10 -p udp");

    [Fact]
    public void An_endpoint_that_only_stops_serving_keeps_its_flows() =>
        Deleted("1.31", (Dns, [First, Second]), (Dns, [First, Sample.Endpoint("10.44.1.7", "elm", "down")])).Should().BeEmpty();

    [Fact]
    public void A_deleted_endpoint_that_had_stopped_serving_before_keeps_its_flows() =>
        Deleted("1.31", (Dns, [First, Sample.Endpoint("10.44.1.7", "elm", "down")]), (Dns, [First])).Should().BeEmpty();

    [Fact]
    public void Tcp_flows_are_never_deleted() =>
        Deleted("1.31", (Sample.Service("dns", Spec, nodePort: 30053), [First]), (Sample.Service("dns", Spec, nodePort: 30053), [])).Should().BeEmpty();

    [Fact]
    public void Newer_levels_keep_only_flows_to_serving_endpoints() =>
        Deleted("1.33", (Dns, [First, Second]), (Dns, [First])).Should().Equal(
            "--orig-dst 10.201.0.10 -p udp --dport 80 (not --dst-nat 10.44.0.7)",
            "--orig-dst 198.51.100.7 -p udp --dport 80 (not --dst-nat 10.44.0.7)",
            "-p udp --dport 30053 (not --dst-nat 10.44.0.7)");

    [Fact]
    public void Newer_levels_leave_the_flows_of_services_without_endpoints_and_of_deleted_ones()
    {
        Deleted("1.33", (Dns, [First]), (Dns, [])).Should().BeEmpty();
        Deleted("1.33", (Dns, [First]), (null, [])).Should().BeEmpty();
    }

    [Fact]
    public void Level_1_32_reconciles_at_every_sync_and_later_ones_only_after_a_change_of_udp()
    {
        Deleted("1.32", (Dns, [First]), (Dns, [First])).Should().HaveCount(3);
        Deleted("1.33", (Dns, [First]), (Dns, [First])).Should().BeEmpty();
    }

    [Theory]
    [InlineData(Protocol.Udp, "10.201.0.10", "10.44.1.7", true)]
    [InlineData(Protocol.Udp, "10.201.0.10", "10.44.0.7", false)]
    [InlineData(Protocol.Udp, "10.201.0.11", "10.44.1.7", false)]
    [InlineData(Protocol.Tcp, "10.201.0.10", "10.44.1.7", false)]
    public void A_filter_fits_udp_flows_to_its_destination_from_its_endpoint(Protocol protocol, string destination, string endpoint, bool fits)
    {
        var filter = new StaleFlowFilter { OriginalDestination = IpAddr.Parse("10.201.0.10"), ReplySource = IpAddr.Parse("10.44.1.7") };
        IpAddr client = IpAddr.Parse("10.44.0.9");

        filter.Matches(
            new FlowTuple(client, IpAddr.Parse(destination), 4000, 80, protocol),
            new FlowTuple(IpAddr.Parse(endpoint), client, 8080, 4000, protocol)).Should().Be(fits);
    }

    private static IEnumerable<string> Deleted(string level, (Service? Service, Endpoint[] Endpoints) before, (Service? Service, Endpoint[] Endpoints) after)
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(level), Sample.Node());
        proxy.Sync(Objects(before.Service), [Sample.Slice("dns", before.Endpoints).WithProtocol(Protocol.Udp)]);
        return proxy.Sync(Objects(after.Service), [Sample.Slice("dns", after.Endpoints).WithProtocol(Protocol.Udp)]).StaleFlows.Select(static f => f.ToString());
    }

    private static Service[] Objects(Service? service) => service is null ? [] : [service];
}
