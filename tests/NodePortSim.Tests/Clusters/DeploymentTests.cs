using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Kubernetes;
using NodePortSim.Tests.Kubernetes;

namespace NodePortSim.Tests.Clusters;

public class DeploymentTests
{
    private static IEnumerable<string> NodesOf(ClusterState state) => state.Pods.Values.Select(static pod => pod.Spec.NodeName!).Order(StringComparer.Ordinal);

    [Fact]
    public void Pods_are_named_as_Kubernetes_names_them()
    {
        ClusterState state = Lab.Full().State;
        state.Pods.Should().HaveCount(3);
        foreach ((ObjectKey key, Pod pod) in state.Pods)
        {
            key.Name.Should().MatchRegex("^deploy-echo-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$");
            pod.Metadata.Labels["app"].Should().Be("myserver");
            key.Name.Should().StartWith($"deploy-echo-{pod.Metadata.Labels["pod-template-hash"]}-");
            state.DeploymentOf(key).Should().Be(Lab.DeploymentKey);
        }
    }

    [Fact]
    public void Pods_spread_over_the_workers_and_get_the_next_free_address()
    {
        ControlPlane cluster = Lab.Full();
        NodesOf(cluster.State).Should().Equal("myk8s-worker", "myk8s-worker2", "myk8s-worker3");
        cluster.State.Pods.Values.Select(static pod => (pod.Spec.NodeName, pod.Status.PodIPs.Single(), pod.Status.Phase)).Should().BeEquivalentTo(
        [
            ("myk8s-worker", "10.10.1.2", "Running"), ("myk8s-worker2", "10.10.2.2", "Running"), ("myk8s-worker3", "10.10.3.2", "Running"),
        ]);
        cluster.Scale(Lab.DeploymentKey, 8);
        NodesOf(cluster.State).CountBy(static node => node).Select(static pair => pair.Value).Should().BeEquivalentTo([3, 3, 2]);
    }

    [Fact]
    public void Scaling_down_takes_the_youngest_pods_of_the_fullest_nodes()
    {
        ControlPlane cluster = Lab.Full();
        ObjectKey[] first = [.. cluster.State.Pods.Keys];
        cluster.Scale(Lab.DeploymentKey, 5);
        cluster.Scale(Lab.DeploymentKey, 4);
        first.Should().BeSubsetOf(cluster.State.Pods.Keys, "the first three were there before");
        NodesOf(cluster.State).Distinct().Should().HaveCount(3);
        cluster.Scale(Lab.DeploymentKey, 3).State.Pods.Keys.Should().BeEquivalentTo(first);
        cluster.Scale(Lab.DeploymentKey, 0).State.Pods.Should().BeEmpty();
    }

    [Fact]
    public void A_deleted_pod_is_replaced_by_one_of_another_name()
    {
        ControlPlane cluster = Lab.Full();
        ObjectKey pod = cluster.State.Pods.Keys.First();
        ApplyResult result = cluster.Delete("pod", pod);
        result.State.Pods.Should().HaveCount(3).And.NotContainKey(pod);
        NodesOf(result.State).Distinct().Should().HaveCount(3, "the new pod takes the empty place");
        result.Change.Pods.Should().HaveCount(2);
    }

    [Fact]
    public void A_new_template_gives_new_pods()
    {
        ControlPlane cluster = Lab.Full();
        ObjectKey[] old = [.. cluster.State.Pods.Keys];
        cluster.Applied(Lab.Deployment.Replace("image: echo", "image: echo:2", StringComparison.Ordinal)).Pods.Keys.Should().HaveCount(3).And.NotIntersectWith(old);
        cluster.Delete("deploy", Lab.DeploymentKey).State.Pods.Should().BeEmpty();
    }

    [Fact]
    public void Taints_cordons_and_selectors_are_respected()
    {
        ControlPlane cluster = Lab.Start();
        const string nodes = """
            {apiVersion: v1, kind: Node, metadata: {name: a, labels: {disk: ssd}}, spec: {podCIDR: 10.0.0.0/24, taints: [{key: k, value: v, effect: NoSchedule}]}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: b}, spec: {podCIDR: 10.0.1.0/24, unschedulable: true}, status: {addresses: [{type: InternalIP, address: 172.18.0.3}]}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: c}, spec: {podCIDR: 10.0.2.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.4}]}}
            """;
        NodesOf(cluster.Applied(nodes, Lab.Deployment)).Should().Equal("c", "c", "c");
        string tolerant = Lab.Deployment.Replace("      containers:", "      tolerations: [{key: k, operator: Exists}]\n      nodeSelector: {disk: ssd}\n      containers:", StringComparison.Ordinal);
        NodesOf(cluster.Applied(tolerant)).Should().Equal("a", "a", "a");
        string impossible = Lab.Deployment.Replace("      containers:", "      nodeSelector: {disk: tape}\n      containers:", StringComparison.Ordinal)
            .Replace("replicas: 3", "replicas: 1", StringComparison.Ordinal);
        ApplyResult result = cluster.Apply(impossible);
        Pod pod = result.State.Pods.Values.Single();
        pod.Status.Phase.Should().Be("Pending");
        result.Warnings.Should().ContainSingle().Which.Should().Be(
            $"pod default/{pod.Name} is not scheduled: 0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {{k: v}}, 1 node(s) were unschedulable.");
        result = cluster.Apply("{apiVersion: v1, kind: Node, metadata: {name: d, labels: {disk: tape}}}");
        result.State.Pods.Values.Single().Status.PodIPs.Should().Equal("10.244.0.2");
        result.Warnings.Should().ContainSingle().Which.Should().Be("node \"d\" has no InternalIP; it was given 172.18.0.5");
    }

    [Fact]
    public void Pods_of_a_copied_cluster_are_adopted()
    {
        const string pod = """
            {apiVersion: v1, kind: Pod, metadata: {name: deploy-echo-5c689d5454-slrss, labels: {app: myserver, pod-template-hash: 5c689d5454}},
             spec: {nodeName: myk8s-worker3, containers: [{name: echo}]}, status: {podIPs: [{ip: 10.10.3.3}]}}
            """;
        ClusterState state = Lab.Start().Applied(Lab.Kind, pod, Lab.Deployment);
        state.Pods.Should().HaveCount(3).And.ContainKey(new ObjectKey("default", "deploy-echo-5c689d5454-slrss"));
        NodesOf(state).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public void Pods_on_the_hosts_network_have_its_address()
    {
        string host = Lab.Deployment.Replace("      containers:", "      hostNetwork: true\n      containers:", StringComparison.Ordinal);
        Lab.Start().Applied(Lab.Kind, host).Pods.Values.Select(static pod => pod.Status.PodIPs.Single()).Should().BeEquivalentTo(["172.18.0.3", "172.18.0.4", "172.18.0.5"]);
    }

    [Fact]
    public void Odd_addresses_are_warned_of()
    {
        const string pods = """
            {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: myk8s-worker, containers: [{name: c}]}, status: {podIPs: [{ip: 10.99.0.1}]}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: q}, spec: {nodeName: gone, containers: [{name: c}]}, status: {podIPs: [{ip: 10.99.0.1}]}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: twin}, spec: {podCIDR: 10.9.0.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}
            """;
        ControlPlane cluster = Lab.Start();
        cluster.Applied(Lab.Kind);
        cluster.Apply(pods).Warnings.Should().Equal(
            "nodes \"myk8s-control-plane\" and \"twin\" have the same address 172.18.0.2",
            "pod default/p has address 10.99.0.1, which is outside the pod network 10.10.1.0/24 of its node \"myk8s-worker\"",
            "pod default/q runs on node \"gone\", which does not exist",
            "pods default/p and default/q have the same address 10.99.0.1");
    }

    [Fact]
    public void A_full_pod_network_leaves_pods_waiting()
    {
        const string node = "{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDR: 10.0.0.0/30}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}";
        ApplyResult result = Lab.Start().Apply(node, Lab.Deployment.Replace("replicas: 3", "replicas: 2", StringComparison.Ordinal));
        result.State.Pods.Values.SelectMany(static pod => pod.Status.PodIPs.AsEnumerable()).Should().Equal("10.0.0.2");
        result.Warnings.Should().ContainSingle().Which.Should().EndWith("has no address: no IP addresses available in the pod network 10.0.0.0/30 of node \"a\"");
    }

    [Fact]
    public void Kinds_nodes_are_numbered_and_given_ones_win()
    {
        ClusterState state = Lab.Start().Applied(Lab.Kind, "{apiVersion: v1, kind: Node, metadata: {name: myk8s-worker2}, spec: {podCIDR: 10.10.0.0/24}, status: {addresses: [{type: InternalIP, address: 172.18.0.2}]}}");
        state.Nodes.Values.Select(static n => $"{n.Name} {n.Status.Addresses[0].Address} {n.Spec.PodCIDR} {n.Spec.Taints.Count}").Should().Equal(
            "myk8s-control-plane 172.18.0.3 10.10.1.0/24 1",
            "myk8s-worker 172.18.0.4 10.10.2.0/24 0",
            "myk8s-worker2 172.18.0.2 10.10.0.0/24 0",
            "myk8s-worker3 172.18.0.5 10.10.3.0/24 0");
    }

    [Fact]
    public void Deleting_a_node_moves_its_pods()
    {
        ControlPlane cluster = Lab.Start();
        cluster.Applied(
            "{apiVersion: v1, kind: Node, metadata: {name: a}}", "{apiVersion: v1, kind: Node, metadata: {name: b}}", Lab.Deployment, Lab.Service);
        ApplyResult result = cluster.Delete("node", new ObjectKey("", "a"));
        NodesOf(result.State).Should().Equal("b", "b", "b");
        result.State.SlicesOf(Lab.ServiceKey).Single().Endpoints.Should().OnlyContain(static e => e.NodeName == "b");
    }

    [Fact]
    public void A_name_may_be_generated()
    {
        string generated = Yaml.Service("{ports: [{port: 80}]}").Replace("name: web", "generateName: web-", StringComparison.Ordinal);
        Lab.Start().Applied(generated).Services.Keys.Single().Name.Should().MatchRegex("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$");
    }
}
