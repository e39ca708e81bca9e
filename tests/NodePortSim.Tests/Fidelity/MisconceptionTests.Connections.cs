using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Tracing;
using NodePortSim.Tests.Netfilter.Conntrack;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What many believe, and what is so. The numbers are those of the list in docs/fidelity.md; these are about connections and their states.</summary>
public sealed partial class MisconceptionTests
{
    private const IptablesTable Nat = IptablesTable.Nat, Filter = IptablesTable.Filter;
    private const TcpFlags PshAck = TcpFlags.Psh | TcpFlags.Ack, FinAck = TcpFlags.Fin | TcpFlags.Ack;

    private static readonly ConnectOptions Patient = new() { Timeout = TimeSpan.FromSeconds(20) };

    private static KernelLab OneWeb => new() { Endpoints = [WebWorker] };

    [Fact]
    public void Misconception_01_each_packet_walks_KUBE_SERVICES()
    {
        Simulator sim = OneWeb.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        for (int i = 0; i < 20; i++) open.Send();
        sim.Node(Control).Packets(Nat, "PREROUTING", "-j KUBE-SERVICES").Should().Be(1);
    }

    [Fact]
    public void Misconception_02_nat_counters_measure_traffic()
    {
        Simulator sim = OneWeb.Start();
        sim.Client("mypc").Open(Control + NodePort).Send();
        sim.Node(Control).Iptables.Spec(Nat, "KUBE-NODEPORTS", counters: true).Should().Contain("--dport 30682 -c 1 60 -j KUBE-EXT", "they count first packets");
        sim.Node(Control).Packets(Filter, "FORWARD", "-j KUBE-FORWARD").Should().BeGreaterThan(5);
    }

    [Fact]
    public void Misconception_03_a_retransmitted_SYN_picks_a_new_endpoint()
    {
        Simulator sim = new KernelLab().Start();
        foreach (string node in (string[])[Worker, Worker2, Worker3]) sim.Node(node).Iptables.Restore("*filter\n-I FORWARD -d 10.10.0.0/16 -j DROP\nCOMMIT\n");
        sim.Client("mypc").To(Control + NodePort, Patient).Should().Be(Outcome.Timeout);
        sim.Node(Control).Packets(Filter, "FORWARD", "-j KUBE-FORWARD").Should().Be(5, "SYNs after 0, 1, 3, 7 and 15 seconds");
        sim.Node(Control).Packets(Nat, "KUBE-SVC-*", "default/web:http -> ").Should().Be(1, "the entry pins the choice");

        // Dropped before its entry was confirmed, a SYN is a new connection when it is sent again.
        sim.Node(Control).Iptables.Restore("*filter\n-I FORWARD -d 10.10.0.0/16 -j DROP\nCOMMIT\n");
        sim.Client("mypc").To(Control + NodePort, Patient).Should().Be(Outcome.Timeout);
        sim.Node(Control).Packets(Nat, "KUBE-SVC-*", "default/web:http -> ").Should().Be(6);
    }

    [Fact]
    public void Misconception_04_the_masquerade_mark_accepts_the_whole_connection_in_FORWARD()
    {
        Simulator sim = OneWeb.Start();
        sim.Node(Control).Iptables.Restore("*filter\n:FORWARD DROP [0:0]\n-A FORWARD -j KUBE-FORWARD\nCOMMIT\n");
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        sim.Node(Worker).Iptables.Restore("*filter\n-I FORWARD -d 10.10.0.0/16 -j DROP\nCOMMIT\n");
        Connection lost = sim.Client("mypc").Connect(Control + NodePort, Patient);
        (lost.Outcome, lost.Reason, lost.At!.Host).Should().Be((Outcome.Timeout, OutcomeReason.DroppedByPolicy, Control), "the SYN that is sent again has no mark");
    }

    [Fact]
    public void Misconception_05_rule_changes_move_existing_connections()
    {
        Simulator sim = OneWeb.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.SetEndpoints(WebWorker2);
        open.Send().Should().Be(Outcome.Connected);
        sim.Node(Control).Conntrack.List().Should().ContainSingle().Which.Reply.Source.ToString().Should().Be(WebWorker);
    }

    [Fact]
    public void Misconception_06_INVALID_packets_are_all_dropped_by_KUBE_FORWARD()
    {
        Simulator sim = OneWeb.Start();
        OpenConnection open = sim.Client("mypc").Open(Worker + NodePort);
        Packet wrong = open.ServerSegment(PshAck, 10);
        PacketReport report = sim.Pod("web-worker").SendRaw(wrong with { Sequence = wrong.Sequence + 100_000_000 });
        report.At(Worker).Should().ContainSingle("the masquerade address is the node's own").Which.Destination.ToString().Should().Be("10.10.2.1");
        report.At("default/web-worker").Should().ContainSingle().Which.Should().Match<Packet>(p => p.Flags == TcpFlags.Rst && p.Sequence == wrong.Acknowledgment);
        sim.Node(Worker).Nfacct("ct_state_invalid_dropped_pkts").Should().Be(0);
        open.Send().Should().Be(Outcome.Refused, "the RST was exact: the pod's end died of it");
    }

    [Theory]
    [InlineData(-200_000, true)]
    [InlineData(100_000_000, false)]
    public void Misconception_07_out_of_window_means_INVALID(int offset, bool passes)
    {
        Simulator sim = OneWeb.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        Packet data = open.ClientSegment(PshAck, 10);
        PacketReport report = sim.Client("mypc").SendRaw(data with { Sequence = (uint)(data.Sequence + offset) });
        report.At("default/web-worker").Count.Should().Be(passes ? 1 : 0);
        (sim.Node(Control).Conntrack.Statistics.Invalid > 0).Should().Be(!passes, "old duplicates pass");
    }

    [Theory]
    [InlineData(0, TcpState.Close)]
    [InlineData(1000, TcpState.Established)]
    [InlineData(-1000, TcpState.Established)]
    public void Misconception_08_a_RST_closes_the_entry(int offset, TcpState expected)
    {
        Simulator sim = OneWeb.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        open.Send();
        Packet reset = open.ClientSegment(TcpFlags.Rst | TcpFlags.Ack);
        sim.Client("mypc").SendRaw(reset with { Sequence = (uint)(reset.Sequence + offset) });
        sim.Node(Control).Conntrack.List().Should().ContainSingle().Which.TcpState.Should().Be(expected);
        (sim.Node(Control).Conntrack.Statistics.Invalid > 0).Should().Be(offset < 0, "an older one is INVALID");
        if (offset != 0) open.Send().Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Misconception_09_a_refused_connection_leaves_a_CLOSE_entry_for_ten_seconds()
    {
        var lab = ConntrackLab.WithNodePort();
        var talk = new TcpTalk(lab);
        talk.Client(TcpFlags.Syn);
        talk.Pod(TcpFlags.Rst | TcpFlags.Ack);
        lab.Table.Count.Should().Be(0);
        talk = new TcpTalk(lab, 40001).Open();
        talk.Pod(TcpFlags.Rst | TcpFlags.Ack);
        lab.Lines().Should().MatchRegex("^tcp      6 (9|10) CLOSE ");
    }

    [Fact]
    public void Misconception_10_FIN_leads_to_TIME_WAIT_only_after_both_FINs_are_acknowledged()
    {
        var lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab).Open();
        uint beforeFin = talk.ClientNext;
        talk.Client(FinAck);
        talk.Pod(FinAck);
        lab.Table.List().Single().TcpState.Should().Be(TcpState.LastAck);
        talk.Client(TcpFlags.Ack, sequence: beforeFin + 1, ack: talk.PodNext - 1);
        lab.Table.List().Single().TcpState.Should().Be(TcpState.TimeWait, "any ACK does it, also one of an older sequence number");
    }

    [Fact]
    public void Misconception_11_a_SYN_during_TIME_WAIT_is_rejected_or_resumes_the_entry()
    {
        Simulator sim = OneWeb.Start();
        sim.Node(Control).Conntrack.RecordEvents();
        var options = new ConnectOptions { SourcePort = 45000 };
        Connection first = sim.Client("mypc").Connect(Control + NodePort, options);
        Connection second = sim.Client("mypc").Connect(Control + NodePort, options);
        second.Outcome.Should().Be(Outcome.Connected);
        second.PeerSeenByBackend.Should().NotBe(first.PeerSeenByBackend, "a new port was chosen");
        sim.Node(Control).Conntrack.Events.Where(static e => e.Kind != ConntrackEventKind.Update).Select(static e => e.Kind)
            .Should().Equal(ConntrackEventKind.New, ConntrackEventKind.Destroy, ConntrackEventKind.New);
    }

    [Fact]
    public void Misconception_12_a_SYN_on_an_ESTABLISHED_entry_restarts_it()
    {
        Simulator sim = new KernelLab().Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        Packet syn = KernelLabWords.Segment(TcpFlags.Syn, "172.18.0.100", open.Opening.SourcePort, ControlAddress + NodePort);
        PacketReport report = sim.Client("mypc").SendRaw(syn);
        report.Arrivals[0].Host.Should().Be(open.Opening.Pod, "it is passed to the same pod");
        report.At("mypc").Should().ContainSingle("the pod's challenge").Which.Flags.Should().Be(TcpFlags.Ack);
        sim.Node(Control).Conntrack.List().Should().ContainSingle().Which.TcpState.Should().Be(TcpState.Established);
        open.Send().Should().Be(Outcome.Connected);
    }

    [Fact]
    public void Misconception_13_ESTABLISHED_in_iptables_equals_TCP_ESTABLISHED()
    {
        Simulator sim = OneWeb.Start();
        sim.Node(Control).Conntrack.RecordEvents();
        Trace trace = sim.Client("mypc").Trace(Control + NodePort);
        trace.WayBack.Single(static hop => hop.Host == Control).Steps.OfType<ConntrackStep>().First().State.Should().Be("ESTABLISHED", "a reply was seen: the SYN-ACK");
        sim.Node(Control).Conntrack.Events[1].Entry.TcpState.Should().Be(TcpState.SynRecv);
    }
}
