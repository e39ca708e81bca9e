using NodePortSim.Iptables;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of the traffic policy Local. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartC_TrafficPolicyLocalTests
{
    private const string WebWorkerB = "10.10.2.4", Local = "type: NodePort, externalTrafficPolicy: Local";

    /// <summary>Two endpoints on worker, one on worker2, none on worker3 and the control plane.</summary>
    private static KernelLab Lab => new() { Service = Local, Endpoints = [WebWorker, WebWorkerB, WebWorker2], More = PodText("web-worker-b", WebWorkerB, true) };

    private const string AllSee9 = "10.10.1.3<10.10.2.9 10.10.2.3<10.10.2.9 10.10.2.4<10.10.2.9";

    [Fact]
    public void Finding_23_a_node_serves_its_own_endpoints_and_keeps_the_clients_address_and_port()
    {
        Simulator sim = Lab.Start();
        IReadOnlyList<Connection> all = sim.Client("mypc").ConnectMany(Worker + NodePort, 60);
        all.Select(Connection => Connection.Server()).Distinct().Order().Should().Equal(WebWorker, WebWorkerB);
        all.Should().OnlyContain(static c => c.Peer() == "172.18.0.100" && c.PeerSeenByBackend!.Value.Port == c.SourcePort);
        sim.Node(Worker).Conntrack.List().Should().OnlyContain(static e => e.Reply.Destination == e.Original.Source && e.Reply.DestinationPort == e.Original.SourcePort);
    }

    [Fact]
    public void Finding_24_a_node_without_one_drops_every_SYN()
    {
        Simulator sim = Lab.Start();
        Connection dropped = sim.Client("mypc").Connect(Control + NodePort, new ConnectOptions { Timeout = TimeSpan.FromSeconds(6) });
        (dropped.Outcome, dropped.Reason, dropped.At!.Chain).Should().Be((Outcome.Timeout, OutcomeReason.NoLocalEndpoints, "KUBE-EXTERNAL-SERVICES"));
        sim.Node(Control).Packets(IptablesTable.Filter, "KUBE-EXTERNAL-SERVICES", "-j DROP").Should().Be(3, "after 0, 1 and 3 seconds");
        sim.Node(Control).Conntrack.Count.Should().Be(0);
        sim.Node(Worker3).To(Control + NodePort).Should().Be(Outcome.Timeout, "another node is an outsider");
    }

    [Fact]
    public void Finding_25_pods_and_nodes_reach_all_endpoints_through_their_own_node()
    {
        Simulator sim = Lab.Start();
        sim.Pod("app-worker").Peers(Worker + NodePort).Should().Be(AllSee9);
        sim.Pod("app-control").Peers(Control + NodePort).Should().Be(AllSee9.Replace("10.10.2.9", "10.10.0.9", StringComparison.Ordinal));
        const string seen = "10.10.1.3<172.18.0.4 10.10.2.3<172.18.0.4 10.10.2.4<172.18.0.4";
        sim.Node(Control).Peers(Control + NodePort).Should().Be(seen);
        sim.Node(Control).Peers("127.0.0.1" + NodePort).Should().Be(seen);
    }

    [Fact]
    public void Finding_26_a_pod_at_another_nodes_port_connects_only_where_the_endpoint_is_on_that_node()
    {
        Simulator sim = Lab.Start();
        SimulatedHost pod = sim.Pod("app-worker3");
        // Each from a port of its own: pods still answer the tries that failed.
        Connection[] all = [.. Enumerable.Range(20000, 300).Select(port => pod.Connect(Worker + NodePort, new ConnectOptions { SourcePort = (ushort)port }))];
        all.Where(static c => c.Outcome == Outcome.Connected).Select(static c => c.Server()).Distinct().Order().Should().Equal(WebWorker, WebWorkerB);
        Connection[] failed = [.. all.Where(static c => c.Outcome != Outcome.Connected)];
        failed.Length.Should().BeInRange(70, 130, "one of three endpoints is elsewhere");
        failed.Select(static c => $"{c.Outcome} {c.Reason} {c.At?.Host} {c.At?.Chain}").Distinct().Should().Equal($"Timeout AnswerNotTranslated {Worker3} KUBE-FORWARD");
        sim.Node(Worker3).Nfacct("ct_state_invalid_dropped_pkts").Should().BeGreaterThanOrEqualTo(failed.Length);
        pod.ConnectMany(Control + NodePort, 20).Should().OnlyContain(static c => c.Outcome == Outcome.Timeout);
    }

    [Fact]
    public void Finding_27_with_kinds_masquerade_the_pod_comes_as_its_node()
    {
        Simulator sim = Lab.Start();
        PartB_SenderTests.KindMasquerade(sim);
        Connection dropped = sim.Pod("app-worker3").Connect(Control + NodePort);
        (dropped.Outcome, dropped.Reason).Should().Be((Outcome.Timeout, OutcomeReason.NoLocalEndpoints));
        sim.Pod("app-worker3").Peers(Worker + NodePort).Should().Be("10.10.2.3<172.18.0.3 10.10.2.4<172.18.0.3");
    }

    [Fact]
    public void Finding_28_the_policy_leaves_the_cluster_IP_alone_and_treats_a_VIP_like_the_node_port()
    {
        Simulator sim = (Lab with { Service = "type: LoadBalancer, externalTrafficPolicy: Local" }).Start();
        sim.Load($$$"""
            {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, externalTrafficPolicy: Local, clusterIP: 10.200.1.73,
              ports: [{name: http, port: 9000, targetPort: 8080, nodePort: 30682}]}, status: {loadBalancer: {ingress: [{ip: {{{Vip}}} }]} } }
            """);
        sim.Pod("app-worker").Peers(ClusterIP).Should().Be(AllSee9);
        sim.Client("routed").Peers(Vip + ":9000").Should().Be("10.10.2.3<172.18.0.102 10.10.2.4<172.18.0.102", "it comes to worker");
        sim.SetEndpoints(WebWorker2);
        sim.Client("routed").To(Vip + ":9000").Should().Be(Outcome.Timeout);
        sim.Pod("app-worker").Peers(Vip + ":9000").Should().Be("10.10.1.3<10.10.2.9");
        sim.Node(Worker).Peers(Vip + ":9000").Should().Be("10.10.1.3<172.18.0.5");
    }

    [Fact]
    public void Finding_29_an_internal_policy_of_Local_drops_where_the_node_has_no_endpoint()
    {
        Simulator sim = (Lab with { Service = "type: NodePort, internalTrafficPolicy: Local" }).Start();
        Connection dropped = sim.Pod("app-control").Connect(ClusterIP);
        (dropped.Outcome, dropped.Reason).Should().Be((Outcome.Timeout, OutcomeReason.NoLocalEndpoints));
        sim.Node(Control).To(ClusterIP).Should().BeOneOf(Outcome.Timeout, Outcome.Denied);
        sim.Pod("app-worker").Peers(ClusterIP).Should().Be("10.10.2.3<10.10.2.9 10.10.2.4<10.10.2.9");
    }
}
