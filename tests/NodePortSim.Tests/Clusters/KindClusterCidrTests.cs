using NodePortSim.Manifests;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Clusters;

/// <summary>What kind tells its kube-proxies beside what the manifests say.</summary>
public sealed class KindClusterCidrTests
{
    private const string Cluster =
        """
        {kind: Cluster, apiVersion: kind.x-k8s.io/v1alpha4, networking: {podSubnet: 10.20.0.0/16, serviceSubnet: 10.30.0.0/16}, nodes: [{role: control-plane}, {role: worker}]}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {nodeName: kind-worker, containers: [{name: c, ports: [{containerPort: 80}]}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.30.0.9, selector: {app: web}, ports: [{port: 80}]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: pc}, spec: {addresses: [172.18.0.99], routes: [{to: 10.30.0.0/16, via: 172.18.0.2}]}}
        """;

    [Fact]
    public void Kinds_pod_subnet_is_kube_proxys_cluster_CIDR_so_that_outsiders_of_a_cluster_IP_are_masqueraded()
    {
        Connection connection = Connect(Cluster);

        connection.Outcome.Should().Be(Outcome.Connected);
        connection.PeerSeenByBackend!.Value.Address.ToString().Should().Be("172.18.0.2");
    }

    [Fact]
    public void Without_a_cluster_CIDR_the_answer_goes_past_the_node_and_the_client_does_not_know_it()
    {
        Connection connection = Connect(Cluster + "\n---\n{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: 192.168.0.0/16, detectLocalMode: InterfaceNamePrefix, detectLocal: {interfaceNamePrefix: eth}}");

        connection.Outcome.Should().Be(Outcome.Timeout);
        connection.Reason.Should().Be(OutcomeReason.AnswerNotTranslated);
        connection.Explanation.Should().Be("default/web answered 172.18.0.99 directly, past the node that translated the request: pc does not know the answer");
    }

    private static Connection Connect(string manifests)
    {
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(manifests)).ThrowIfErrors();
        return simulator.Client("pc").Connect("10.30.0.9:80");
    }
}
