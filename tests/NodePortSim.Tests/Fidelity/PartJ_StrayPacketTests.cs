using NodePortSim.Net;
using NodePortSim.Simulation;
using static NodePortSim.Tests.Fidelity.KernelLab;
using static NodePortSim.Tests.Fidelity.KernelLabWords;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of packets without a connection. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartJ_StrayPacketTests
{
    private const string Me = "172.18.0.100", InvalidDrops = "ct_state_invalid_dropped_pkts";

    [Theory]
    [InlineData(TcpFlags.Rst, 0)]
    [InlineData(TcpFlags.Rst | TcpFlags.Ack, 0)]
    [InlineData(TcpFlags.Fin, 1)]
    [InlineData(TcpFlags.Fin | TcpFlags.Ack, 1)]
    [InlineData(TcpFlags.Syn | TcpFlags.Ack, 1)]
    [InlineData(TcpFlags.Syn | TcpFlags.Fin, 1)]
    [InlineData(TcpFlags.None, 1)]
    public void Finding_59_out_of_the_blue_these_are_INVALID_and_the_node_itself_answers_with_a_RST(TcpFlags flags, int answers)
    {
        Simulator sim = new KernelLab().Start();
        PacketReport report = sim.Client("mypc").SendRaw(Segment(flags, Me, 40000, ControlAddress + NodePort));
        report.At(Control).Should().ContainSingle().Which.DestinationPort.Should().Be(30682, "nat was skipped");
        report.At("mypc").Select(static p => (p.Flags & TcpFlags.Rst, p.SourcePort)).Should().Equal(Enumerable.Repeat((TcpFlags.Rst, (ushort)30682), answers));
        sim.Node(Control).Conntrack.Statistics.Invalid.Should().Be(1 + answers, "the answer is INVALID again");
        sim.Node(Control).Conntrack.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(TcpFlags.Ack)]
    [InlineData(TcpFlags.Psh | TcpFlags.Ack)]
    public void Finding_59_an_ACK_is_NEW_and_the_pods_RST_comes_back_translated(TcpFlags flags)
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        PacketReport report = sim.Client("mypc").SendRaw(Segment(flags, Me, 40000, ControlAddress + NodePort));
        report.At("default/web-worker").Should().ContainSingle().Which.Source.ToString().Should().Be(ControlAddress);
        report.At("mypc").Should().ContainSingle().Which.Should().Match<Packet>(static p => (p.Flags & TcpFlags.Rst) != 0 && p.Source.ToString() == ControlAddress && p.SourcePort == 30682);
        (sim.Node(Control).Conntrack.Count, sim.Node(Worker).Conntrack.Count).Should().Be((0, 0));
    }

    [Fact]
    public void Finding_60_a_client_segment_outside_the_window_reaches_the_nodes_stack_and_the_connection_lives()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker] }.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        Packet wrong = open.ClientSegment(TcpFlags.Psh | TcpFlags.Ack, 10);
        PacketReport report = sim.Client("mypc").SendRaw(wrong with { Sequence = wrong.Sequence + 100_000_000, Acknowledgment = wrong.Acknowledgment - 5000 });
        report.At(Control).Should().ContainSingle().Which.DestinationPort.Should().Be(30682);
        report.At("mypc").Should().ContainSingle().Which.Flags.Should().Be(TcpFlags.Rst);
        open.Send().Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Finding_60_a_pods_segment_outside_the_window_is_dropped_where_the_client_address_is_kept()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, externalTrafficPolicy: Local" }.Start();
        OpenConnection open = sim.Client("mypc").Open(Worker3 + NodePort);
        SendFromPod(sim, open).Drops.Should().ContainSingle().Which.Should().Match<OutcomePlace>(static d => d.Host == Worker3 && d.Chain == "KUBE-FORWARD");
        sim.Node(Worker3).Nfacct(InvalidDrops).Should().Be(1);
        open.Send().Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Finding_60_masqueraded_it_is_dropped_already_on_the_pods_node()
    {
        Simulator sim = new KernelLab { Endpoints = [WebWorker3] }.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        SendFromPod(sim, open).Drops.Should().ContainSingle().Which.Host.Should().Be(Worker3);
        open.Send().Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Finding_61_without_the_DROP_rule_it_leaves_untranslated_and_the_client_resets_it()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, externalTrafficPolicy: Local" }.Start();
        OpenConnection open = sim.Client("mypc").Open(Worker3 + NodePort);
        sim.Node(Worker3).Iptables.Restore("*filter\n:KUBE-FORWARD - [0:0]\nCOMMIT\n");
        PacketReport report = SendFromPod(sim, open);
        report.At("mypc")[0].Should().Match<Packet>(static p => p.Source.ToString() == WebWorker3 && p.SourcePort == 8080);
        report.Drops.Should().ContainSingle("the client's RST to the pod's address ends at a gateway that does not know it").Which.Host.Should().Be("gateway");
    }

    [Fact]
    public void Finding_61_with_tcp_be_liberal_it_is_translated_and_delivered()
    {
        Simulator sim = new KernelLab { Service = "type: NodePort, externalTrafficPolicy: Local", Sysctls = "net.netfilter.nf_conntrack_tcp_be_liberal: 1" }.Start();
        OpenConnection open = sim.Client("mypc").Open(Worker3 + NodePort);
        SendFromPod(sim, open).At("mypc").Should().ContainSingle().Which.Should().Match<Packet>(static p => p.Source.ToString() == Worker3Address && p.SourcePort == 30682);
    }

    [Fact]
    public void Finding_62_the_counter_of_INVALID_drops_counts_FORWARD_alone()
    {
        Simulator sim = new KernelLab().Start();
        sim.Client("mypc").SendRaw(Segment(TcpFlags.Fin | TcpFlags.Ack, Me, 40000, ControlAddress + NodePort));
        sim.Node(Control).Nfacct(InvalidDrops).Should().Be(0);
        sim.Client("routed").SendRaw(Segment(TcpFlags.Fin | TcpFlags.Ack, "172.18.0.102", 40000, "10.10.2.3:8080"));
        sim.Node(Worker).Nfacct(InvalidDrops).Should().Be(1);
    }

    private static PacketReport SendFromPod(Simulator sim, OpenConnection open)
    {
        Packet wrong = open.ServerSegment(TcpFlags.Psh | TcpFlags.Ack, 10);
        return sim.Pod(open.Opening.Pod!).SendRaw(wrong with { Sequence = wrong.Sequence + 100_000_000 });
    }
}
