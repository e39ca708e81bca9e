using NodePortSim.Iptables;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of NodePort with externalTrafficPolicy Cluster. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartA_NodePortClusterTests
{
    private const IptablesTable Nat = IptablesTable.Nat, Filter = IptablesTable.Filter;

    [Fact]
    public void Finding_01_every_node_serves_the_node_port_and_every_endpoint_has_the_same_share()
    {
        Simulator sim = new KernelLab().Start();
        foreach (string node in Nodes)
        {
            Distribution spread = Distribution.Of(sim.Client("mypc").ConnectMany(node + NodePort, 1000));
            spread.Shares.Select(static share => share.Backend.Address.ToString()).Should().BeEquivalentTo(AllWeb);
            spread.Shares.Sum(static share => share.Count).Should().Be(1000);
            spread.Shares.Select(static share => share.Count).ChiSquared().Should().BeLessThan(13.8, "p > 0.001 with two degrees of freedom");
        }
    }

    [Theory]
    [InlineData("ptp", "podGateway", "10.10.2.1")]
    [InlineData("ptp", "none", "172.18.0.5")]
    [InlineData("bridge", "podGateway", "10.10.2.1")]
    public void Finding_02_the_pod_sees_an_address_of_the_interface_that_the_packet_leaves_by(string cni, string hostAddress, string ofOwnNode)
    {
        Simulator sim = new KernelLab { Cni = cni, HostAddress = hostAddress }.Start();
        sim.Client("mypc").Peers(Worker + NodePort).Should().Be($"10.10.1.3<172.18.0.5 10.10.2.3<{ofOwnNode} 10.10.3.3<172.18.0.5");
        sim.Client("mypc").Peers(Control + NodePort).Should().Be("10.10.1.3<172.18.0.4 10.10.2.3<172.18.0.4 10.10.3.3<172.18.0.4");
    }

    [Fact]
    public void Finding_03_a_remote_endpoint_makes_two_entries_and_a_local_one_makes_one()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        Connection remote = sim.Client("mypc").Connect(Control + NodePort);
        int q = remote.PeerSeenByBackend!.Value.Port;
        sim.Node(Control).Conntrack.Lines().Should().ContainSingle().Which.Should().EndWith(
            $" src=172.18.0.100 dst=172.18.0.4 sport={remote.SourcePort} dport=30682 src=10.10.2.3 dst=172.18.0.4 sport=8080 dport={q} [ASSURED] mark=0 use=1");
        sim.Node(Worker).Conntrack.Lines().Should().ContainSingle().Which.Should().EndWith(
            $" src=172.18.0.4 dst=10.10.2.3 sport={q} dport=8080 src=10.10.2.3 dst=172.18.0.4 sport=8080 dport={q} [ASSURED] mark=0 use=1");
        (sim.Node(Worker2).Conntrack.Count, sim.Node(Worker3).Conntrack.Count).Should().Be((0, 0));

        sim.Node(Worker).Conntrack.Flush();
        sim.Client("mypc").To(Worker + NodePort).Should().Be(Outcome.Connected);
        sim.Node(Worker).Conntrack.Count.Should().Be(1);
    }

    [Fact]
    public void Finding_04_nat_chains_see_the_first_packet_of_a_connection_and_filter_chains_see_all()
    {
        Simulator sim = new KernelLab().Start();
        SimulatedNode node = sim.Node(Control);
        sim.Client("mypc").ConnectMany(Control + NodePort, 30);
        node.Packets(Nat, "KUBE-NODEPORTS", "--dport 30682 -c").Should().Be(30);
        node.Packets(Nat, "KUBE-EXT-*", "-j KUBE-SVC").Should().Be(30);
        node.Packets(Nat, "KUBE-SVC-*", "-j KUBE-SEP").Should().Be(30);
        node.Packets(Nat, "KUBE-POSTROUTING", "-j MASQUERADE").Should().Be(30);
        node.Packets(Filter, "FORWARD", "-j KUBE-FORWARD").Should().Be(300, "a connection is ten packets");
        node.Packets(Filter, "KUBE-FORWARD", "--mark 0x4000/0x4000").Should().Be(30, "the first packet carries the mark");
        node.Packets(Filter, "KUBE-FORWARD", "RELATED,ESTABLISHED").Should().Be(270);
    }

    [Fact]
    public void Finding_05_a_packet_that_a_nat_rule_took_does_not_count_for_the_policy()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        sim.Client("mypc").ConnectMany(Control + NodePort, 30);
        sim.Node(Control).PolicyPackets(Nat, "PREROUTING").Should().Be(0);
        sim.Node(Control).PolicyPackets(Nat, "POSTROUTING").Should().Be(0);
        sim.Node(Worker).PolicyPackets(Nat, "PREROUTING").Should().Be(30, "no rule took them there");
        sim.Node(Worker).PolicyPackets(Nat, "POSTROUTING").Should().Be(30);
    }

    [Fact]
    public void Finding_06_the_pods_node_walks_its_rules_too_and_none_matches()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        sim.Client("mypc").ConnectMany(Control + NodePort, 11);
        SimulatedNode node = sim.Node(Worker);
        node.Packets(Nat, "PREROUTING", "-j KUBE-SERVICES").Should().Be(11);
        node.Packets(Nat, "KUBE-SERVICES").Should().Be(0, "a pod's address is not LOCAL to its node");
        node.Packets(Nat, "KUBE-POSTROUTING", "-j RETURN").Should().Be(11, "the mark is missing");
    }

    [Fact]
    public void Finding_07_answers_come_back_through_the_ingress_node()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        sim.Client("mypc").Trace(Control + NodePort).WayBack.Select(static hop => hop.Host)
            .Should().Equal("default/web-worker", Worker, Control, "mypc");
    }

    [Fact]
    public void Finding_08_source_ranges_of_a_load_balancer_do_not_concern_its_node_port()
    {
        Simulator sim = new KernelLab { Service = "type: LoadBalancer, loadBalancerSourceRanges: [9.9.9.0/24]" }.Start();
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
    }
}
