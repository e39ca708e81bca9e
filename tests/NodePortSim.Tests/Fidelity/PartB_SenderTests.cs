using NodePortSim.Iptables;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of who may send, and what they get. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartB_SenderTests
{
    private const IptablesTable Nat = IptablesTable.Nat, Filter = IptablesTable.Filter;

    [Fact]
    public void Finding_09_a_client_without_a_route_to_the_cluster_IP_learns_so_at_once()
    {
        foreach (string to in (string[])[ClusterIP, "10.10.2.3:8080"])
        {
            Simulator alone = new KernelLab { Gateway = false }.Start();
            alone.Milliseconds(() => alone.Client("mypc").To(to).Should().Be(Outcome.Unreachable)).Should().Be(0);
            Simulator routed = new KernelLab().Start();
            routed.Milliseconds(() => routed.Client("mypc").To(to).Should().Be(Outcome.Unreachable)).Should().BeInRange(0.01, 1, "the gateway says so");
        }
    }

    [Fact]
    public void Finding_10_a_client_with_a_route_via_a_node_is_served_like_at_a_node_port_and_a_pod_sees_it_itself()
    {
        Simulator sim = new KernelLab().Start();
        sim.Client("routed").Peers(ClusterIP).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
        sim.Client("routed").Peers("10.10.2.3:8080").Should().Be("10.10.2.3<172.18.0.102", "worker is its pod's own node");
    }

    [Theory]
    [InlineData("ptp", "podGateway", "10.10.2.1")]
    [InlineData("ptp", "none", "172.18.0.5")]
    [InlineData("bridge", "podGateway", "10.10.2.1")]
    public void Finding_11_a_nodes_own_connection_to_the_cluster_IP_is_masqueraded(string cni, string hostAddress, string ofOwnPod)
    {
        Simulator sim = new KernelLab { Cni = cni, HostAddress = hostAddress }.Start();
        sim.Node(Worker).Peers(ClusterIP).Should().Be($"10.10.1.3<172.18.0.5 10.10.2.3<{ofOwnPod} 10.10.3.3<172.18.0.5");
        sim.Node(Worker).ConnectMany(ClusterIP, 30).Should().OnlyContain(static c => c.SourcePort != c.PeerSeenByBackend!.Value.Port);
    }

    [Fact]
    public void Finding_12_a_node_without_a_route_fails_before_netfilter_is_asked_and_its_pods_do_not()
    {
        Simulator sim = new KernelLab { Gateway = false }.Start();
        sim.Node(Control).To(ClusterIP).Should().Be(Outcome.Unreachable);
        sim.Node(Control).Packets(Nat, "OUTPUT").Should().Be(0);
        sim.Node(Control).Packets(Filter, "OUTPUT").Should().Be(0);
        sim.Pod("app-control").To(ClusterIP).Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Finding_13_a_pods_connection_to_the_cluster_IP_keeps_its_address_and_port()
    {
        Simulator sim = new KernelLab().Start();
        sim.Pod("app-worker").Peers(ClusterIP).Should().Be("10.10.1.3<10.10.2.9 10.10.2.3<10.10.2.9 10.10.3.3<10.10.2.9");
        sim.Pod("app-worker").ConnectMany(ClusterIP, 30).Should().OnlyContain(static c => c.SourcePort == c.PeerSeenByBackend!.Value.Port);
    }

    [Theory]
    [InlineData("ptp", "podGateway", "10.10.2.1")]
    [InlineData("ptp", "none", "172.18.0.5")]
    [InlineData("bridge", "podGateway", "10.10.2.1")]
    public void Finding_14_an_endpoint_that_chooses_itself_is_masqueraded(string cni, string hostAddress, string seen)
    {
        Simulator sim = new KernelLab { Cni = cni, HostAddress = hostAddress }.Start();
        sim.Pod("web-worker").Peers(ClusterIP).Should().Be($"10.10.1.3<10.10.2.3 10.10.2.3<{seen} 10.10.3.3<10.10.2.3");
    }

    [Fact]
    public void Finding_14_a_bridge_port_without_hairpin_mode_does_not_return_it()
    {
        Simulator sim = new KernelLab { Cni = "bridge", Hairpin = false, Endpoints = [WebWorker] }.Start();
        sim.Pod("web-worker").To(ClusterIP).Should().Be(Outcome.Timeout);
        sim.Pod("app-worker").To(ClusterIP).Should().Be(Outcome.Connected);
    }

    [Theory]
    [InlineData(false, Outcome.Timeout)]
    [InlineData(true, Outcome.Connected)]
    public void Finding_15_a_pod_on_the_same_bridge_answers_past_conntrack_unless_the_bridge_calls_iptables(bool calls, Outcome expected)
    {
        Simulator sim = new KernelLab { Cni = "bridge", BridgeNfCallIptables = calls, Endpoints = [WebWorker] }.Start();
        sim.Pod("app-worker").To(ClusterIP).Should().Be(expected);
        sim.Pod("web-worker").To(ClusterIP).Should().Be(Outcome.Connected, "masqueraded to the bridge's address, the answer is routed");
    }

    [Fact]
    public void Finding_16_loopback_node_ports_work_with_route_localnet()
    {
        Simulator sim = new KernelLab().Start();
        SimulatedNode node = sim.Node(Worker);
        node.Peers("127.0.0.1" + NodePort).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
        node.Conntrack.List().Should().OnlyContain(static e => e.Original.Source.ToString() == "127.0.0.1" && e.Original.Destination.ToString() == "127.0.0.1");
        node.Nfacct("localhost_nps_accepted_pkts").Should().Be(60);
        node.Packets(Nat, "KUBE-NODEPORTS", "-d 127.0.0.0/8").Should().Be(60);
    }

    [Fact]
    public void Finding_16_without_route_localnet_nat_counts_and_the_packet_is_lost()
    {
        Simulator sim = new KernelLab { Sysctls = "net.ipv4.conf.all.route_localnet: 0" }.Start();
        SimulatedNode node = sim.Node(Worker);
        node.To("127.0.0.1" + NodePort).Should().Be(Outcome.Timeout);
        node.Packets(Nat, "OUTPUT").Should().Be(1);
        node.Nfacct("localhost_nps_accepted_pkts").Should().Be(1);
        node.Packets(Filter, "OUTPUT").Should().Be(0);
        node.Packets(Nat, "POSTROUTING").Should().Be(0);
        node.Conntrack.Count.Should().Be(0);
    }

    [Fact]
    public void Finding_17_a_node_reaches_the_node_port_of_its_own_address()
    {
        Simulator sim = new KernelLab().Start();
        SimulatedNode node = sim.Node(Worker3);
        node.Peers(Worker3 + NodePort).Should().Be("10.10.1.3<172.18.0.3 10.10.2.3<172.18.0.3 10.10.3.3<10.10.3.1");
        node.Conntrack.List().Should().OnlyContain(static e => e.Original.Source.ToString() == "172.18.0.3" && e.Original.Destination.ToString() == "172.18.0.3");
        node.Packets(Nat, "OUTPUT").Should().Be(60);
        node.Packets(Nat, "PREROUTING").Should().Be(0);
    }

    [Fact]
    public void Finding_18_another_nodes_node_port_is_that_nodes_business_and_pods_are_masqueraded_there()
    {
        Simulator sim = new KernelLab().Start();
        sim.Node(Worker3).Peers(Worker + NodePort).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
        sim.Node(Worker3).Packets(Nat, "KUBE-NODEPORTS").Should().Be(0);
        sim.Pod("app-worker3").Peers(Worker + NodePort).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
        sim.Pod("app-worker").Peers(Worker + NodePort).Should().Be("10.10.1.3<172.18.0.5 10.10.2.3<10.10.2.1 10.10.3.3<172.18.0.5");
    }

    [Theory]
    [InlineData(false, "10.10.2.9")]
    [InlineData(true, "172.18.0.5")]
    public void Finding_19_kinds_masquerade_changes_only_what_leaves_the_pod_network(bool masquerades, string atOtherNode)
    {
        Simulator sim = new KernelLab
        {
            More = string.Join("\n---\n", PodText("host-control", ControlAddress, true, hostNetwork: true), PodText("host-worker", WorkerAddress, true, hostNetwork: true)),
        }.Start();
        if (masquerades) KindMasquerade(sim);
        sim.Pod("app-worker").Connect(Control + ":8080").Peer().Should().Be(atOtherNode);
        sim.Pod("app-worker").Connect(Worker + ":8080").Peer().Should().Be("10.10.2.9", "its own node's address is LOCAL");
        sim.Pod("app-worker").Connect("10.10.1.3:8080").Peer().Should().Be("10.10.2.9");
    }

    [Fact]
    public void Finding_20_an_endpoint_in_its_nodes_network_sees_the_client_itself_through_that_node()
    {
        Simulator sim = new KernelLab { Endpoints = [WorkerAddress], More = PodText("host-worker", WorkerAddress, true, hostNetwork: true) }.Start();
        sim.Client("mypc").Connect(Worker + NodePort).Peer().Should().Be("172.18.0.100", "INPUT comes after DNAT, not POSTROUTING");
        sim.Node(Worker).Packets(Nat, "KUBE-MARK-MASQ").Should().Be(1, "it was marked all the same");
        sim.Client("mypc").Connect(Worker3 + NodePort).Peer().Should().Be("172.18.0.3");
        foreach (string to in (string[])[ClusterIP, "127.0.0.1" + NodePort, Worker + NodePort])
            sim.Node(Worker).Connect(to).Peer().Should().Be("172.18.0.5", "asked at {0}", to);
        sim.Pod("app-worker3").Connect(ClusterIP).Peer().Should().Be("10.10.3.9");
    }

    [Fact]
    public void Finding_22_with_a_FORWARD_policy_of_DROP_only_marked_packets_and_answers_pass()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        foreach (SimulatedNode node in sim.Nodes) node.Iptables.Restore("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -j KUBE-FORWARD\nCOMMIT\n");
        sim.Client("mypc").To(Worker + NodePort).Should().Be(Outcome.Connected);
        Connection lost = sim.Client("mypc").Connect(Control + NodePort);
        (lost.Outcome, lost.At!.Host, lost.Reason).Should().Be((Outcome.Timeout, Worker, OutcomeReason.DroppedByPolicy));

        sim.Load(ServiceText("type: NodePort, externalTrafficPolicy: Local"));
        lost = sim.Client("mypc").Connect(Worker + NodePort);
        (lost.Outcome, lost.At!.Host, lost.Reason).Should().Be((Outcome.Timeout, Worker, OutcomeReason.DroppedByPolicy), "nothing is marked");
    }

    internal static void KindMasquerade(Simulator sim)
    {
        foreach (SimulatedNode node in sim.Nodes)
        {
            node.Iptables.Restore("""
                *nat
                :KIND-MASQ-AGENT - [0:0]
                -A POSTROUTING -m addrtype ! --dst-type LOCAL -j KIND-MASQ-AGENT
                -A KIND-MASQ-AGENT -d 10.10.0.0/16 -j RETURN
                -A KIND-MASQ-AGENT -j MASQUERADE
                COMMIT

                """);
        }
    }
}
