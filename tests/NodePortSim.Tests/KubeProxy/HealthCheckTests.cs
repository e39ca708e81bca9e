using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Spec kube-proxy-iptables 8.</summary>
public class HealthCheckTests
{
    [Theory]
    [InlineData("oak", "200 OK", "1")]
    [InlineData("elm", "503 Service Unavailable", "0")]
    public void A_services_health_check_counts_the_nodes_ready_endpoints(string node, string status, string count)
    {
        var spec = new ServiceSpec { Type = ServiceType.LoadBalancer, ExternalTrafficPolicy = TrafficPolicy.Local, HealthCheckNodePort = 31999 };
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node(node));
        proxy.Sync([Sample.Service("svc-local", spec, nodePort: 30080)], [Sample.Slice("svc-local", Sample.Endpoint("10.44.0.7", "oak"), Sample.Endpoint("10.44.1.7", "elm", "terminating"))]);

        ServiceHealthCheck check = proxy.HealthChecks.Single();

        check.NodePort.Should().Be(31999);
        check.Answer().ToString().Should().Be(
            $"HTTP/1.1 {status}\nContent-Type: application/json\nX-Content-Type-Options: nosniff\nX-Load-Balancing-Endpoint-Weight: {count}\n\n"
            + "{\n\t\"service\": {\n\t\t\"namespace\": \"default\",\n\t\t\"name\": \"svc-local\"\n\t},\n"
            + $"\t\"localEndpoints\": {count},\n\t\"serviceProxyHealthy\": true\n}}");
        check.Answer(serviceProxyHealthy: false).Status.Should().Be(503);
    }

    [Fact]
    public void A_node_about_to_be_deleted_is_alive_but_not_healthy()
    {
        var now = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
        var health = new ProxyHealth(DataPlaneHealthy: true, NodeEligible: false, now, now);

        health.Answer("/healthz")!.Status.Should().Be(503);
        health.Answer("/healthz")!.Body.Should().Be("{\"lastUpdated\": \"2024-05-06 07:08:09 +0000 UTC\",\"currentTime\": \"2024-05-06 07:08:09 +0000 UTC\", \"nodeEligible\": false}");
        health.Answer("/livez")!.Status.Should().Be(200);
        health.Answer("/livez")!.Body.Should().Be("{\"lastUpdated\": \"2024-05-06 07:08:09 +0000 UTC\",\"currentTime\": \"2024-05-06 07:08:09 +0000 UTC\"}");
        health.Answer("/else").Should().BeNull();
    }

    [Fact]
    public void A_nodes_taint_or_deletion_makes_it_ineligible()
    {
        NodeInfo.From(new Node()).IsEligible.Should().BeTrue();
        NodeInfo.From(new Node { Metadata = new ObjectMeta { DeletionTimestamp = "2024-05-06T07:08:09Z" } }).IsEligible.Should().BeFalse();
        NodeInfo.From(new Node { Spec = new NodeSpec { Taints = [new Taint("ToBeDeletedByClusterAutoscaler", "", "NoSchedule")] } }).IsEligible.Should().BeFalse();
    }
}
