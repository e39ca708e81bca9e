using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Tests.Conformance;
using NodePortSim.Tests.Kubernetes;
using ClusterState = NodePortSim.Clusters.ControlPlane.ClusterState;

namespace NodePortSim.Tests.Clusters;

public class ControlPlaneTests
{
    public static TheoryData<string> Cases => ConformanceCases.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_recorded_cluster_is_taken_as_it_is(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        ControlPlane cluster = Lab.Start();
        foreach (string text in recorded.States)
        {
            KubernetesObject[] objects = Yaml.Objects(text);
            ApplyResult result = cluster.Replace(objects);
            result.Errors.Should().BeEmpty();
            foreach (Service given in objects.OfType<Service>())
            {
                ServiceSpec stored = result.State.Services[new ObjectKey(given.Namespace, given.Name)].Spec;
                stored.Ports.Select(static p => p.NodePort).Should().Equal(given.Spec.Ports.Select(static p => p.NodePort));
                stored.ClusterIP.Should().Be(given.Spec.ClusterIP);
                stored.HealthCheckNodePort.Should().Be(given.Spec.HealthCheckNodePort);
                if (!given.Spec.IpFamilies.IsEmpty) stored.IpFamilies.Should().Equal(given.Spec.IpFamilies);
            }

            foreach (EndpointSlice slice in objects.OfType<EndpointSlice>())
                result.State.EndpointSlices[new ObjectKey(slice.Namespace, slice.Name)].Endpoints.Should().Equal(slice.Endpoints);
            result.State.Nodes.Keys.Should().BeEquivalentTo(objects.OfType<Node>().Select(static n => n.Name));

            // With selectors and without slices there is one empty slice, which adds no endpoint.
            result.State.EndpointSlices.Values.Where(slice => !objects.OfType<EndpointSlice>().Any(given => given.Name == slice.Name))
                .SelectMany(static slice => slice.Endpoints.AsEnumerable()).Should().BeEmpty();
        }
    }

    [Fact]
    public void A_failed_apply_leaves_the_cluster_as_it_was()
    {
        ControlPlane cluster = Lab.Full();
        ClusterState before = cluster.State;
        bool raised = false;
        cluster.Changed += _ => raised = true;
        ApplyResult result = cluster.Apply(
            Yaml.Service("{ports: [{port: 80}]}", "good"),
            Yaml.Service("{ports: [{port: 0, targetPort: 80}]}", "bad"),
            Yaml.Service("{type: NodePort, ports: [{port: 80, nodePort: 30682}]}", "worse"));
        result.Succeeded.Should().BeFalse();
        result.Errors.Select(static e => e.ObjectIndex).Should().Equal(1, 2);
        result.Problems().Should().Be(
            """
            The Service "bad" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
            The Service "worse" is invalid: spec.ports[0].nodePort: Invalid value: 30682: provided port is already allocated
            """);
        result.Change.Should().Be(ClusterChange.None);
        cluster.State.Should().BeSameAs(before);
        result.State.Should().BeSameAs(before);
        raised.Should().BeFalse();
    }

    [Fact]
    public void Of_two_objects_with_one_name_the_later_wins()
    {
        ClusterState state = Lab.Start().Applied(Yaml.Service("{ports: [{port: 80}]}"), Yaml.Service("{ports: [{port: 81}]}"));
        state.Services.Values.Single().Spec.Ports[0].Port.Should().Be(81);
    }

    [Fact]
    public void Unknown_names_are_reported_in_kubectls_words()
    {
        ControlPlane cluster = Lab.Start();
        var key = new ObjectKey("default", "x");
        cluster.Patch(key, static s => s).Problems().Should().Be("services \"x\" not found");
        cluster.Scale(key, 1).Problems().Should().Be("deployments.apps \"x\" not found");
        cluster.Delete("Service", key).Problems().Should().Be("services \"x\" not found");
        cluster.Delete("endpointslices", key).Problems().Should().Be("endpointslices.discovery.k8s.io \"x\" not found");
        cluster.Delete("no", key).Problems().Should().Be("nodes \"x\" not found");
        cluster.Delete("cronjob", key).Problems().Should().Be("the server doesn't have a resource type \"cronjob\"");
    }

    [Fact]
    public void A_patch_changes_one_service_and_nothing_else()
    {
        ControlPlane cluster = Lab.Full();
        ClusterState before = cluster.State;
        ClusterChange? raised = null;
        cluster.Changed += change => raised = change;
        ApplyResult result = cluster.Patch(Lab.ServiceKey, static s => s with { ExternalTrafficPolicy = TrafficPolicy.Local });
        result.Change.Should().Be(new ClusterChange { Services = [Lab.ServiceKey] });
        raised.Should().Be(result.Change);
        result.State.Services[Lab.ServiceKey].Spec.Should().Be(before.Services[Lab.ServiceKey].Spec with { ExternalTrafficPolicy = TrafficPolicy.Local });
        result.State.Pods.Should().BeSameAs(before.Pods);
        result.State.EndpointSlices.Should().BeSameAs(before.EndpointSlices);
        before.Services[Lab.ServiceKey].Spec.ExternalTrafficPolicy.Should().Be(TrafficPolicy.Cluster, "a snapshot never changes");
    }

    [Fact]
    public void A_bad_patch_is_refused()
    {
        ControlPlane cluster = Lab.Full();
        cluster.Patch(Lab.ServiceKey, static s => s with { ExternalIPs = ["127.0.0.1"] }).Problems().Should().Be(
            "The Service \"svc-nodeport\" is invalid: spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)");
        cluster.Scale(Lab.DeploymentKey, -1).Problems().Should().Be(
            "The Deployment \"deploy-echo\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0");
    }

    [Fact]
    public void Replacing_deletes_what_the_next_state_no_longer_has()
    {
        ControlPlane cluster = Lab.Full();
        string ip = cluster.State.Services[Lab.ServiceKey].Spec.ClusterIP;
        ApplyResult result = cluster.Replace(Yaml.Objects(Lab.Kind + "\n---\n" + Lab.Service));
        result.Errors.Should().BeEmpty();
        result.State.Deployments.Should().BeEmpty();
        result.State.Pods.Should().BeEmpty();
        result.State.Services[Lab.ServiceKey].Spec.ClusterIP.Should().Be(ip, "what stays keeps what was allocated to it");
        result.State.SlicesOf(Lab.ServiceKey).Single().Endpoints.Should().BeEmpty();
        result.Change.ServicesOfSlices.Should().Equal(Lab.ServiceKey);
        cluster.Replace([]).State.Should().Be(ClusterState.Empty);
    }

    [Fact]
    public void The_same_seed_and_verbs_give_the_same_cluster()
    {
        ControlPlane one = Lab.Full(5), two = Lab.Full(5), other = Lab.Full(6);
        one.Scale(Lab.DeploymentKey, 7);
        two.Scale(Lab.DeploymentKey, 7);
        one.State.Should().Be(two.State);
        other.Scale(Lab.DeploymentKey, 7);
        other.State.Should().NotBe(one.State);
    }

    [Fact]
    public void Scaling_up_and_down_again_gives_back_the_same_objects()
    {
        ControlPlane cluster = Lab.Full();
        EquatableArray<EndpointSlice> slices = cluster.State.SlicesOf(Lab.ServiceKey);
        cluster.Scale(Lab.DeploymentKey, 6);
        cluster.Scale(Lab.DeploymentKey, 3).State.SlicesOf(Lab.ServiceKey).Should().Equal(slices);
    }

    [Fact]
    public void An_immutable_selector_stays()
    {
        ControlPlane cluster = Lab.Full();
        string changed = Lab.Deployment.Replace("app: myserver", "app: other", StringComparison.Ordinal);
        cluster.Apply(changed).Problems().Should().Be(
            "The Deployment \"deploy-echo\" is invalid: spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"other\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");
    }
}
