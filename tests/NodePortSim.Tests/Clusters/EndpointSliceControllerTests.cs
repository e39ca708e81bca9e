using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Tests.Kubernetes;

namespace NodePortSim.Tests.Clusters;

public class EndpointSliceControllerTests
{
    private static readonly ObjectKey Web = new("default", "web");

    private static string Pod(string name, string ip, string more = "", string port = "{name: http, containerPort: 8080}") =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: web}}}}, spec: {{nodeName: a, containers: [{{name: c, ports: [{port}]}}]}}, status: {{podIPs: [{{ip: {ip}}}]{more}}}}}";

    private const string NodeA = "{apiVersion: v1, kind: Node, metadata: {name: a, labels: {topology.kubernetes.io/zone: z1}}, spec: {podCIDR: 10.0.0.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}";

    [Fact]
    public void A_selectors_pods_become_a_slice()
    {
        ClusterState state = Lab.Start().Applied(NodeA, Pod("p", "10.0.0.5"), Yaml.Service("{selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}]}"));
        EndpointSlice slice = state.SlicesOf(Web).Single();
        slice.Name.Should().MatchRegex("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$");
        slice.AddressType.Should().Be(AddressFormat.IPv4);
        slice.Metadata.Labels.ToString().Should().Be("endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io,kubernetes.io/service-name=web");
        slice.Ports.Should().Equal(new EndpointPort { Name = "web", Port = 8080, Protocol = Protocol.Tcp });
        slice.Endpoints.Should().Equal(new Endpoint
        {
            Addresses = ["10.0.0.5"],
            Ready = true,
            Serving = true,
            Terminating = false,
            NodeName = "a",
            Zone = "z1",
            TargetRef = new ObjectReference("Pod", "default", "p"),
        });
        Endpoints view = state.EndpointsOf(Web)!;
        view.Subsets.Single().Addresses.Should().Equal(new EndpointAddress { Ip = "10.0.0.5", NodeName = "a", TargetRef = new ObjectReference("Pod", "default", "p") });
        view.Subsets.Single().Ports.Should().Equal(slice.Ports);
    }

    [Fact]
    public void A_named_port_that_is_another_number_elsewhere_gives_another_slice()
    {
        ClusterState state = Lab.Start().Applied(
            NodeA, Pod("p", "10.0.0.5"), Pod("q", "10.0.0.6", port: "{name: http, containerPort: 9090}"), Pod("r", "10.0.0.7"),
            Yaml.Service("{selector: {app: web}, ports: [{port: 80, targetPort: http}]}"));
        state.SlicesOf(Web).Select(static s => $"{s.Ports[0].Port}: {string.Join(',', s.Endpoints.Select(static e => e.Addresses[0]))}")
            .Should().BeEquivalentTo(["8080: 10.0.0.5,10.0.0.7", "9090: 10.0.0.6"]);
    }

    [Fact]
    public void Conditions_follow_the_pod_and_the_service()
    {
        string notReady = Pod("p", "10.0.0.5", ", conditions: [{type: Ready, status: 'False'}]");
        string ending = Pod("q", "10.0.0.6").Replace("name: q,", "name: q, deletionTimestamp: '2024-01-01T00:00:00Z',", StringComparison.Ordinal);
        string done = Pod("r", "10.0.0.7", ", phase: Succeeded");
        string service = Yaml.Service("{selector: {app: web}, ports: [{port: 80}]}");
        ControlPlane cluster = Lab.Start();
        Conditions(cluster.Applied(NodeA, notReady, ending, done, service)).Should().Equal("10.0.0.5 False False False", "10.0.0.6 False True True");
        cluster.State.EndpointsOf(Web)!.Subsets.Single().NotReadyAddresses.Select(static a => a.Ip).Should().Equal("10.0.0.5");
        ApplyResult published = cluster.Patch(Web, static s => s with { PublishNotReadyAddresses = true });
        Conditions(published.State).Should().Equal("10.0.0.5 True False False", "10.0.0.6 True True True");
        published.Change.ServicesOfSlices.Should().Equal(Web);

        static IEnumerable<string> Conditions(ClusterState state) =>
            state.SlicesOf(Web).SelectMany(static s => s.Endpoints.Select(static e => $"{e.Addresses[0]} {e.Ready} {e.Serving} {e.Terminating}"));
    }

    [Theory]
    [InlineData("PreferClose", "z1", "")]
    [InlineData("PreferSameZone", "z1", "")]
    [InlineData("PreferSameNode", "z1", "a")]
    public void Traffic_distribution_becomes_hints(string distribution, string zones, string nodes)
    {
        ClusterState state = Lab.Start().Applied(NodeA, Pod("p", "10.0.0.5"), Yaml.Service($"{{selector: {{app: web}}, trafficDistribution: {distribution}, ports: [{{port: 80}}]}}"));
        Endpoint endpoint = state.SlicesOf(Web).Single().Endpoints.Single();
        string.Join(',', endpoint.HintsForZones.AsEnumerable()).Should().Be(zones);
        string.Join(',', endpoint.HintsForNodes.AsEnumerable()).Should().Be(nodes);
    }

    [Fact]
    public void A_given_slice_stays_and_wins()
    {
        const string slice = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: mine, labels: {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{name: other, port: 80}], endpoints: [{addresses: [10.0.0.9]}]}";
        string service = Yaml.Service("{selector: {app: web}, ports: [{port: 80}]}");
        ControlPlane cluster = Lab.Start();
        cluster.Applied(NodeA, Pod("p", "10.0.0.5"), service).SlicesOf(Web).Single().Endpoints[0].Addresses[0].Should().Be("10.0.0.5");
        ApplyResult result = cluster.Apply(slice);
        result.State.SlicesOf(Web).Select(static s => s.Name).Should().Equal("mine");
        result.Warnings.Should().Equal("service default/web: no EndpointSlice has a port named \"\" of protocol TCP");
        cluster.Delete("EndpointSlice", new ObjectKey("default", "mine")).State.SlicesOf(Web).Single().Endpoints[0].Addresses[0].Should().Be("10.0.0.5");
    }

    [Fact]
    public void A_selector_without_pods_has_an_empty_slice_and_a_warning()
    {
        ApplyResult result = Lab.Start().Apply(Yaml.Service("{selector: {app: web}, ports: [{port: 80}]}"));
        result.Warnings.Should().Equal("service default/web: its selector app=web matches no pod");
        result.State.SlicesOf(Web).Single().Endpoints.Should().BeEmpty();
        result.State.EndpointsOf(Web)!.Subsets.Should().BeEmpty();
    }

    [Fact]
    public void Endpoints_are_mirrored()
    {
        const string endpoints = "{apiVersion: v1, kind: Endpoints, metadata: {name: web}, subsets: [{addresses: [{ip: 10.0.0.1, nodeName: a}, {ip: 'fd00::1'}], notReadyAddresses: [{ip: 10.0.0.2}], ports: [{name: http, port: 80}]}]}";
        ControlPlane cluster = Lab.Start();
        ClusterState state = cluster.Applied(endpoints, Yaml.Service("{ports: [{name: http, port: 80}]}"));
        state.SlicesOf(Web).Select(static s => $"{s.AddressType}: {string.Join(' ', s.Endpoints.Select(static e => $"{e.Addresses[0]}={e.Ready}"))}")
            .Should().BeEquivalentTo(["IPv4: 10.0.0.1=True 10.0.0.2=False", "IPv6: fd00::1=True"]);
        state.SlicesOf(Web)[0].Metadata.Labels["endpointslice.kubernetes.io/managed-by"].Should().Be("endpointslicemirroring-controller.k8s.io");
        cluster.Delete("ep", Web).State.EndpointSlices.Should().BeEmpty();
    }

    [Fact]
    public void Many_endpoints_are_spread_over_slices_of_a_hundred()
    {
        ControlPlane cluster = Lab.Full();
        ClusterState state = cluster.Scale(Lab.DeploymentKey, 250).State;
        state.SlicesOf(Lab.ServiceKey).Select(static s => s.Endpoints.Count).Should().BeEquivalentTo([100, 100, 50]);
        state.SlicesOf(Lab.ServiceKey).SelectMany(static s => s.Endpoints.Select(static e => e.Addresses[0])).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_dual_stack_service_has_slices_of_both_families_and_a_headless_one_says_so()
    {
        ClusterState state = Lab.Start().Applied(
            "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, networking: {ipFamily: dual}}", Lab.Deployment,
            Yaml.Service("{selector: {app: myserver}, clusterIP: None, ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}"));
        state.SlicesOf(Web).Select(static s => (s.AddressType, s.Endpoints[0].Addresses[0])).Should().BeEquivalentTo(
            [((AddressFormat?)AddressFormat.IPv4, "10.244.0.2"), (AddressFormat.IPv6, "fd00:10:244::2")]);
        state.SlicesOf(Web)[0].Metadata.Labels.ContainsKey("service.kubernetes.io/headless").Should().BeTrue();
    }

    [Fact]
    public void A_deleted_service_takes_its_slices_along()
    {
        ControlPlane cluster = Lab.Full();
        ApplyResult result = cluster.Delete("services", Lab.ServiceKey);
        result.State.EndpointSlices.Should().BeEmpty();
        result.Change.ServicesOfSlices.Should().Equal(Lab.ServiceKey);
    }
}
