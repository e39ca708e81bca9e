using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Tests.Kubernetes;

namespace NodePortSim.Tests.Clusters;

public class AllocationTests
{
    [Fact]
    public void A_service_gets_a_cluster_IP_of_the_service_subnet_and_a_node_port_of_the_range()
    {
        ClusterState state = Lab.Start().Applied(Lab.Kind, Yaml.Service("{type: NodePort, ports: [{port: 80}]}"));
        ServiceSpec spec = state.Services[new ObjectKey("default", "web")].Spec;
        IpCidr.Parse("10.200.0.0/16").Contains(IpAddr.Parse(spec.ClusterIP)).Should().BeTrue();
        spec.ClusterIPs.Should().Equal(spec.ClusterIP);
        spec.IpFamilies.Should().Equal(IpFamily.IPv4);
        spec.Ports[0].NodePort.Should().BeInRange(30086, 32767, "the first ports are left for given ones");
    }

    [Fact]
    public void What_a_service_gets_depends_on_the_seed_and_not_on_other_services()
    {
        string web = Yaml.Service("{type: NodePort, ports: [{port: 80}]}"), other = Yaml.Service("{type: NodePort, ports: [{port: 80}]}", "other");
        var key = new ObjectKey("default", "web");
        Service alone = Lab.Start(1).Applied(web).Services[key];
        Lab.Start(1).Applied(web).Services[key].Should().Be(alone);
        Lab.Start(1).Applied(other, web).Services[key].Should().Be(alone);
        Lab.Start(2).Applied(web).Services[key].Should().NotBe(alone);
    }

    [Fact]
    public void A_node_port_outside_the_range_is_refused_with_the_API_servers_words() =>
        Lab.Start().Apply(Yaml.Service("{type: NodePort, ports: [{port: 80, nodePort: 80}]}")).Problems().Should().Be(
            "The Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767");

    [Fact]
    public void A_duplicate_node_port_is_refused_with_the_API_servers_words()
    {
        ControlPlane cluster = Lab.Full();
        cluster.Apply(Yaml.Service("{type: NodePort, ports: [{port: 80, protocol: UDP, nodePort: 30682}]}")).Problems().Should().Be(
            "The Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 30682: provided port is already allocated");
    }

    [Fact]
    public void A_duplicate_cluster_IP_is_refused_with_the_API_servers_words()
    {
        ApplyResult result = Lab.Start().Apply(Yaml.Service("{clusterIP: 10.0.0.1, ports: [{port: 80}]}"), Yaml.Service("{clusterIP: 10.0.0.1, ports: [{port: 80}]}", "two"));
        result.Problems().Should().Be(
            "The Service \"two\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.0.0.1\"}: failed to allocate IP 10.0.0.1: provided IP is already allocated");
        result.Errors[0].ObjectIndex.Should().Be(1);
    }

    [Theory]
    [InlineData("10.201.0.1")]
    [InlineData("10.200.0.0")]
    [InlineData("10.200.255.255")]
    public void A_cluster_IP_outside_a_configured_subnet_is_refused(string ip) =>
        Lab.Start().Apply(Lab.Kind, Yaml.Service($"{{clusterIP: {ip}, ports: [{{port: 80}}]}}")).Problems().Should().Be(
            $"The Service \"web\" is invalid: spec.clusterIPs: Invalid value: []string{{\"{ip}\"}}: failed to allocate IP {ip}: the provided IP ({ip}) is not in the valid range. The range of valid IPs is 10.200.0.0/16");

    [Theory]
    [InlineData("ipFamilyPolicy: RequireDualStack", "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services")]
    [InlineData("ipFamilies: [IPv6]", "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster")]
    [InlineData("clusterIP: 'fd00::1'", "spec.clusterIPs[0]: Invalid value: []string{\"fd00::1\"}: IPv6 is not configured on this cluster")]
    [InlineData("ipFamilies: [IPv4, IPv6]", "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")]
    public void Families_that_the_cluster_lacks_are_refused(string fields, string problem) =>
        Lab.Start().Apply(Lab.Kind, Yaml.Service($"{{ports: [{{port: 80}}], {fields}}}")).Problems().Should().Be("The Service \"web\" is invalid: " + problem);

    [Fact]
    public void A_dual_stack_service_gets_an_address_of_each_family()
    {
        ClusterState state = Lab.Start().Applied(
            "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, networking: {ipFamily: dual}}",
            Yaml.Service("{ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}"));
        state.Services[new ObjectKey("default", "web")].Spec.ClusterIPs.Select(static ip => IpAddr.Parse(ip).Family).Should().Equal(IpFamily.IPv4, IpFamily.IPv6);
        Node node = state.Nodes["kind-control-plane"];
        node.Spec.PodCIDRs.Should().Equal("10.244.0.0/24", "fd00:10:244::/64");
        node.Status.Addresses.Should().Equal(
            new NodeAddress("InternalIP", "172.18.0.2"), new NodeAddress("InternalIP", "fc00:f853:ccd:e793::2"), new NodeAddress("Hostname", "kind-control-plane"));
    }

    [Fact]
    public void Two_protocols_of_one_port_share_a_node_port()
    {
        ClusterState state = Lab.Start().Applied(Yaml.Service("{type: NodePort, ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}, {name: c, port: 54}]}"));
        int[] ports = [.. state.Services[new ObjectKey("default", "web")].Spec.Ports.Select(static p => p.NodePort)];
        ports[1].Should().Be(ports[0]);
        ports[2].Should().NotBe(ports[0]);
    }

    [Fact]
    public void A_load_balancer_with_policy_Local_gets_a_health_check_port()
    {
        ControlPlane cluster = Lab.Start();
        var key = new ObjectKey("default", "web");
        int port = cluster.Applied(Yaml.Service("{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}")).Services[key].Spec.HealthCheckNodePort;
        port.Should().BeInRange(30000, 32767);
        cluster.Apply(Yaml.Service($"{{type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: {port}, ports: [{{port: 80}}]}}", "two")).Problems().Should().Be(
            $"The Service \"two\" is invalid: spec.healthCheckNodePort: Internal error: failed to allocate requested HealthCheck NodePort {port}: provided port is already allocated");
        cluster.Patch(key, static s => s with { ExternalTrafficPolicy = TrafficPolicy.Cluster }).State.Services[key].Spec.HealthCheckNodePort.Should().Be(0);
    }

    [Fact]
    public void A_copied_service_keeps_being_without_what_it_lacks()
    {
        string stored = Yaml.Service("{type: NodePort, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{name: a, port: 80, nodePort: 31000}, {name: b, port: 81}]}");
        ControlPlane cluster = Lab.Start();
        var key = new ObjectKey("default", "web");
        cluster.Applied(stored).Services[key].Spec.Ports[1].NodePort.Should().Be(0);
        ApplyResult patched = cluster.Patch(key, static s => s with { ExternalTrafficPolicy = TrafficPolicy.Local });
        patched.State.Services[key].Spec.Ports.Select(static p => p.NodePort).Should().Equal(31000, 0);
        cluster.Patch(key, static s => s with { Type = ServiceType.ClusterIP }).State.Services[key].Spec.Ports.Select(static p => p.NodePort).Should().Equal(0, 0);
        cluster.Patch(key, static s => s with { Type = ServiceType.NodePort }).State.Services[key].Spec.Ports.Should().OnlyContain(static p => p.NodePort >= 30000);
    }

    [Fact]
    public void What_was_allocated_stays_when_the_manifest_is_applied_again()
    {
        ControlPlane cluster = Lab.Start();
        string manifest = Yaml.Service("{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}");
        ClusterState first = cluster.Applied(manifest);
        ApplyResult again = cluster.Apply(manifest);
        again.Change.Should().Be(ClusterChange.None);
        again.State.Services[new ObjectKey("default", "web")].Should().BeSameAs(first.Services[new ObjectKey("default", "web")]);
    }

    [Fact]
    public void A_cluster_IP_may_not_change()
    {
        ControlPlane cluster = Lab.Start();
        cluster.Applied(Yaml.Service("{clusterIP: 10.0.0.1, ports: [{port: 80}]}"));
        cluster.Apply(Yaml.Service("{clusterIP: 10.0.0.2, ports: [{port: 80}]}")).Problems()
            .Should().Be("The Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.2\"}: may not change once set");
    }

    [Fact]
    public void A_full_range_is_reported()
    {
        var options = new ControlPlaneOptions { FirstNodePort = 30000, LastNodePort = 30001 };
        ControlPlane cluster = Lab.Start(options: options);
        cluster.Applied(Yaml.Service("{type: NodePort, ports: [{name: a, port: 80}, {name: b, port: 81}]}"));
        cluster.Apply(Yaml.Service("{type: NodePort, ports: [{port: 80}]}", "two")).Problems()
            .Should().Be("The Service \"two\" is invalid: spec.ports[0].nodePort: Internal error: failed to allocate a nodePort: range is full");
    }

    [Fact]
    public void Allocations_never_collide()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new RandomSource(seed);
            ControlPlane cluster = Lab.Start(seed, new ControlPlaneOptions { FirstNodePort = 30000, LastNodePort = 30099, ServiceSubnets = [IpCidr.Parse("10.0.0.0/25")] });
            for (int step = 0; step < 30; step++)
            {
                string name = $"s{random.NextBelow(25)}";
                bool given = random.NextBelow(3) == 0;
                string type = random.NextBelow(2) == 0 ? "NodePort" : "LoadBalancer, externalTrafficPolicy: Local";
                string ports = $"[{{name: a, port: 80{(given ? $", nodePort: {30000 + random.NextBelow(100)}" : "")}}}, {{name: b, port: 81}}]";
                if (random.NextBelow(5) == 0) cluster.Delete("svc", new ObjectKey("default", name));
                else cluster.Apply(Yaml.Service($"{{type: {type}, ports: {ports}}}", name));
                Service[] services = [.. cluster.State.Services.Values];
                int[] used = [.. services.SelectMany(static s => s.Spec.Ports.Select(static p => p.NodePort).Append(s.Spec.HealthCheckNodePort)).Where(static p => p != 0)];
                used.Should().OnlyHaveUniqueItems($"seed {seed}, step {step}");
                services.Select(static s => s.Spec.ClusterIP).Should().OnlyHaveUniqueItems($"seed {seed}, step {step}");
            }
        }
    }

    [Fact]
    public void Every_address_of_a_small_subnet_is_given_out_once_the_static_band_last()
    {
        var allocator = new ClusterIpAllocator(IpCidr.Parse("10.0.0.0/26"), enforced: true);
        var random = new RandomSource(7);
        var given = new List<IpAddr>();
        while (allocator.Next(random) is { } address) given.Add(address);
        given.Should().OnlyHaveUniqueItems().And.HaveCount(62);
        given.Take(46).Min().ToString().Should().Be("10.0.0.17");
        given.TakeLast(16).Max().ToString().Should().Be("10.0.0.16");
    }
}
