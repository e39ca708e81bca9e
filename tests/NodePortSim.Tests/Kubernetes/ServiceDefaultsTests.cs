using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Net;

namespace NodePortSim.Tests.Kubernetes;

public class ServiceDefaultsTests
{
    private static Service Defaulted(string spec) => (Service)ObjectDefaults.Apply(Yaml.Object<Service>(Yaml.Service(spec)));

    [Fact]
    public void A_service_is_filled_as_the_API_server_fills_it()
    {
        Service service = Defaulted("{ports: [{port: 80}]}");
        service.Namespace.Should().Be("default");
        service.Spec.Should().Be(new ServiceSpec
        {
            Type = ServiceType.ClusterIP,
            SessionAffinity = SessionAffinity.None,
            InternalTrafficPolicy = TrafficPolicy.Cluster,
            Ports = [new ServicePort { Protocol = Protocol.Tcp, Port = 80, TargetPort = new IntOrString(80) }],
        });
    }

    [Theory]
    [InlineData("{type: NodePort, ports: [{port: 80}]}", TrafficPolicy.Cluster)]
    [InlineData("{type: LoadBalancer, ports: [{port: 80}]}", TrafficPolicy.Cluster)]
    [InlineData("{ports: [{port: 80}], externalIPs: [203.0.113.1]}", TrafficPolicy.Cluster)]
    [InlineData("{ports: [{port: 80}]}", null)]
    [InlineData("{type: ExternalName, externalName: a.b}", null)]
    public void The_external_traffic_policy_is_that_of_types_which_are_reached_from_outside(string spec, TrafficPolicy? policy) =>
        Defaulted(spec).Spec.ExternalTrafficPolicy.Should().Be(policy);

    [Fact]
    public void A_load_balancer_allocates_node_ports_and_its_addresses_are_VIPs()
    {
        var given = Yaml.Object<Service>(Yaml.Service("{type: LoadBalancer, ports: [{port: 80}]}")) with
        {
            Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Ip = "203.0.113.1" }, new LoadBalancerIngress { Hostname = "lb.example" }] },
        };
        var service = (Service)ObjectDefaults.Apply(given);
        service.Spec.AllocateLoadBalancerNodePorts.Should().BeTrue();
        service.Status.LoadBalancerIngress.Select(static i => i.IpMode).Should().Equal(LoadBalancerIpMode.VIP, null);
    }

    [Fact]
    public void Affinity_lasts_three_hours()
    {
        Defaulted("{ports: [{port: 80}], sessionAffinity: ClientIP}").Spec.SessionAffinityTimeoutSeconds.Should().Be(10800);
        Defaulted("{ports: [{port: 80}], sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}}").Spec.SessionAffinityTimeoutSeconds.Should().BeNull();
    }

    [Theory]
    [InlineData("{ports: [{port: 80}]}", "IPv4", IpFamilyPolicy.SingleStack, "IPv4")]
    [InlineData("{ports: [{port: 80}]}", "IPv6,IPv4", IpFamilyPolicy.SingleStack, "IPv6")]
    [InlineData("{ports: [{port: 80}], clusterIP: 'fd00::1'}", "IPv4,IPv6", IpFamilyPolicy.SingleStack, "IPv6")]
    [InlineData("{ports: [{port: 80}], ipFamilyPolicy: PreferDualStack}", "IPv4", IpFamilyPolicy.PreferDualStack, "IPv4")]
    [InlineData("{ports: [{port: 80}], ipFamilyPolicy: PreferDualStack}", "IPv6,IPv4", IpFamilyPolicy.PreferDualStack, "IPv6,IPv4")]
    [InlineData("{ports: [{port: 80}], clusterIP: None}", "IPv4", IpFamilyPolicy.RequireDualStack, "IPv4,IPv6")]
    [InlineData("{ports: [{port: 80}], clusterIP: None, selector: {a: b}}", "IPv4", IpFamilyPolicy.SingleStack, "IPv4")]
    public void Families_follow_from_addresses_policy_and_cluster(string spec, string cluster, IpFamilyPolicy policy, string families)
    {
        ServiceSpec filled = ServiceDefaults.ApplyFamilies(Defaulted(spec).Spec, Parse(cluster));
        filled.IpFamilyPolicy.Should().Be(policy);
        filled.IpFamilies.Should().Equal(Parse(families));
    }

    [Fact]
    public void Defaulting_twice_changes_nothing()
    {
        foreach (string spec in (string[])["{ports: [{port: 80}]}", "{type: LoadBalancer, ports: [{port: 80, targetPort: web}], sessionAffinity: ClientIP}", "{clusterIP: None}"])
        {
            Service once = Defaulted(spec);
            ObjectDefaults.Apply(once).Should().Be(once);
        }
    }

    [Fact]
    public void Pods_deployments_slices_and_nodes_are_filled()
    {
        var pod = (Pod)ObjectDefaults.Apply(Yaml.Object<Pod>("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostNetwork: true, containers: [{name: c, ports: [{containerPort: 80}]}]}}"));
        pod.Spec.Containers[0].Ports[0].Should().Be(new ContainerPort { Port = 80, HostPort = 80, Protocol = Protocol.Tcp });
        var deployment = (Deployment)ObjectDefaults.Apply(new Deployment());
        deployment.Spec.Replicas.Should().Be(1);
        var slice = (EndpointSlice)ObjectDefaults.Apply(new EndpointSlice { Ports = [new EndpointPort { Port = 80 }] });
        slice.Ports[0].Should().Be(new EndpointPort { Name = "", Port = 80, Protocol = Protocol.Tcp });
        var node = (Node)ObjectDefaults.Apply(new Node { Spec = new NodeSpec { PodCIDR = "10.0.0.0/24" } });
        node.Spec.PodCIDRs.Should().Equal("10.0.0.0/24");
    }

    private static IpFamily[] Parse(string families) => [.. families.Split(',').Select(Enum.Parse<IpFamily>)];
}
