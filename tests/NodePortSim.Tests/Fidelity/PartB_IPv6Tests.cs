using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured with IPv6. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartB_IPv6Tests
{
    private const string Cluster = """
        {apiVersion: v1, kind: Node, metadata: {name: oak}, spec: {podCIDR: "fd00:10:1::/64", podCIDRs: ["fd00:10:1::/64"]},
          status: {addresses: [{type: InternalIP, address: "fd00:18::5"}]}}
        ---
        {apiVersion: v1, kind: Node, metadata: {name: elm}, spec: {podCIDR: "fd00:10:2::/64", podCIDRs: ["fd00:10:2::/64"]},
          status: {addresses: [{type: InternalIP, address: "fd00:18::6"}]}}
        ---
        {apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, mode: iptables, clusterCIDR: "fd00:10::/32"}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: Network, metadata: {name: default}, spec: {cni: ptp, gateways: ["fd00:18::fe"]}}
        ---
        {apiVersion: nodeportsim.dev/v1alpha1, kind: ExternalClient, metadata: {name: mypc}, spec: {addresses: ["fd00:18::100"]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: "fd00:20::73", ipFamilies: [IPv6],
          ports: [{name: http, port: 9000, targetPort: 8080, nodePort: 30682}]}}
        ---
        {apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}, addressType: IPv6,
          ports: [{name: http, port: 8080}], endpoints: [{addresses: ["fd00:10:1::3"], nodeName: oak}, {addresses: ["fd00:10:2::3"], nodeName: elm}]}
        """;

    [Fact]
    public void Finding_02_with_IPv6_the_pod_sees_the_nodes_global_address_in_both_places()
    {
        Simulator sim = new Simulator().Load(Cluster);
        sim.Client("mypc").Peers("[fd00:18::5]:30682").Should().Be("fd00:10:1::3<fd00:18::5 fd00:10:2::3<fd00:18::5");
    }

    [Fact]
    public void Finding_21_IPv6_is_served_alike_but_never_on_its_loopback_address()
    {
        Simulator sim = new Simulator().Load(Cluster);
        sim.Node("elm").Peers("[fd00:20::73]:9000").Should().Be("fd00:10:1::3<fd00:18::6 fd00:10:2::3<fd00:18::6");
        sim.Node("elm").Peers("[fd00:18::6]:30682").Should().Be("fd00:10:1::3<fd00:18::6 fd00:10:2::3<fd00:18::6");
        sim.Pod("fd00:10:1::3").Peers("[fd00:20::73]:9000").Should().Be("fd00:10:1::3<fd00:18::5 fd00:10:2::3<fd00:10:1::3");
        sim.Node("elm").To("[::1]:30682").Should().Be(Outcome.Refused, "kube-proxy leaves ::1 out of its node ports");
    }

    [Fact]
    public void Finding_21_rules_that_do_send_the_loopback_address_there_lead_to_a_timeout()
    {
        Simulator sim = new Simulator().Load(Cluster);
        sim.Node("elm").Iptables.Restore("*nat\n:TEST - [0:0]\n-A OUTPUT -d ::1/128 -p tcp -m tcp --dport 30682 -j TEST\n-A TEST -p tcp -j DNAT --to-destination [fd00:10:1::3]:8080\nCOMMIT\n", IpFamily.IPv6);
        sim.Node("elm").To("[::1]:30682").Should().Be(Outcome.Timeout);
    }
}
