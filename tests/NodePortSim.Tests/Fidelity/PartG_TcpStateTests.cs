using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Simulation;
using NodePortSim.Tests.Netfilter.Conntrack;
using static NodePortSim.Tests.Fidelity.KernelLab;

namespace NodePortSim.Tests.Fidelity;

/// <summary>What was measured of conntrack's TCP states. The numbers are those of the list in docs/fidelity.md.</summary>
public sealed class PartG_TcpStateTests
{
    /// <summary>The kernel's own timeouts, where kube-proxy would set two others.</summary>
    private const string KernelTimeouts = "net.netfilter.nf_conntrack_tcp_timeout_established: 432000, net.netfilter.nf_conntrack_tcp_timeout_close_wait: 60";

    private const TcpFlags PshAck = TcpFlags.Psh | TcpFlags.Ack, RstAck = TcpFlags.Rst | TcpFlags.Ack, FinAck = TcpFlags.Fin | TcpFlags.Ack;

    private static KernelLab Lab => new() { Sysctls = KernelTimeouts };

    [Fact]
    public void Finding_51_states_and_timeouts_of_a_connection_whose_FIN_carries_the_ACK()
    {
        Simulator sim = Lab.Start();
        sim.Node(Control).Conntrack.RecordEvents();
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        States(sim, Control).Should().Equal("SynSent 120", "SynRecv 60", "Established 432000", "FinWait 120", "LastAck 30", "TimeWait 120");
        sim.Node(Control).Conntrack.Events[0].Entry.IsUnreplied.Should().BeTrue();
        sim.Node(Control).Conntrack.Events[2].Entry.IsAssured.Should().BeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finding_51_where_the_FIN_is_acknowledged_alone_CLOSE_WAIT_comes_between_whoever_closes_first(bool podCloses)
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        lab.Table.RecordEvents(100);
        TcpTalk talk = new TcpTalk(lab).Open();
        if (podCloses) talk.Pod(FinAck);
        else talk.Client(FinAck);
        if (podCloses) talk.Client(TcpFlags.Ack);
        else talk.Pod(TcpFlags.Ack);
        if (podCloses) talk.Client(FinAck);
        else talk.Pod(FinAck);
        if (podCloses) talk.Pod(TcpFlags.Ack);
        else talk.Client(TcpFlags.Ack);
        lab.Table.Events.Select(static e => $"{e.Entry.TcpState} {e.Entry.TimeoutSeconds}")
            .Should().Equal("SynSent 120", "SynRecv 60", "Established 432000", "FinWait 120", "CloseWait 60", "LastAck 30", "TimeWait 120");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Finding_52_a_RST_of_either_side_closes_for_ten_seconds(bool podResets)
    {
        Simulator sim = Lab.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        if (podResets) sim.Pod(open.Opening.Pod!).SendRaw(open.ServerSegment(RstAck));
        else open.Reset();
        open.IsOpen.Should().BeFalse();
        Entry(sim).Should().Match<ConntrackEntry>(static e => e.TcpState == TcpState.Close && e.TimeoutSeconds >= 9 && e.TimeoutSeconds <= 10);
    }

    [Fact]
    public void Finding_53_with_unacknowledged_data_an_entry_lives_300_seconds_until_the_ACK()
    {
        Simulator sim = Lab.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        Entry(sim).TimeoutSeconds.Should().BeGreaterThan(300);
        Packet data = open.ClientSegment(PshAck, 100);
        sim.Client("mypc").SendRaw(data with { Sequence = data.Sequence + 50 });
        Entry(sim).Should().Match<ConntrackEntry>(static e => e.TcpState == TcpState.Established && e.TimeoutSeconds >= 299 && e.TimeoutSeconds <= 300, "the pod lacks the 50 bytes before it");
        sim.Client("mypc").SendRaw(data with { PayloadLength = 150 });
        Entry(sim).TimeoutSeconds.Should().BeGreaterThan(300);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finding_54_a_SYN_for_a_closed_tuple_starts_afresh_with_another_choice(bool afterReset)
    {
        Simulator sim = Lab.Start();
        sim.Node(Control).Conntrack.RecordEvents();
        var options = new ConnectOptions { SourcePort = 45000 };
        var backends = new List<string?>();
        for (int i = 0; i < 30; i++)
        {
            OpenConnection open = sim.Client("mypc").Open(Control + NodePort, options);
            open.IsOpen.Should().BeTrue();
            backends.Add(open.Opening.Server());
            if (afterReset) open.Reset();
            else open.Close();
        }

        backends.Distinct().Should().HaveCount(3);
        sim.Node(Control).Conntrack.Count.Should().Be(1);
        sim.Node(Control).Conntrack.Events.Count(static e => e.Kind == ConntrackEventKind.Destroy).Should().Be(29);
    }

    [Fact]
    public void Finding_55_an_open_connection_outlives_its_endpoint_and_is_cut_by_deleting_its_entry()
    {
        Simulator sim = Lab.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.SetEndpoints([.. AllWeb.Where(address => address != open.Opening.Server())]);
        open.Send().Should().Be(Outcome.Connected);
        sim.Client("mypc").ConnectMany(Control + NodePort, 30).Should().NotContain(c => c.Server() == open.Opening.Server());
        sim.Node(Control).Conntrack.Delete(new ConntrackFilter { SourcePort = (ushort)open.Opening.SourcePort }).Should().ContainSingle();
        open.Send().Should().Be(Outcome.Refused, "the newly chosen backend resets what it does not know");
        open.IsOpen.Should().BeFalse();
    }

    [Fact]
    public void Finding_55_without_rules_the_nodes_own_stack_cuts_it()
    {
        Simulator sim = Lab.Start();
        OpenConnection open = sim.Client("mypc").Open(Control + NodePort);
        sim.Cluster.Delete("Service", "web");
        open.Send().Should().Be(Outcome.Connected);
        sim.Node(Control).Conntrack.Flush();
        open.Send().Should().Be(Outcome.Refused);
    }

    [Fact]
    public void Finding_56_the_entries_of_both_nodes_go_through_the_same_states_at_the_same_time()
    {
        Simulator sim = (Lab with { Endpoints = [WebWorker] }).Start();
        foreach (string node in (string[])[Control, Worker]) sim.Node(node).Conntrack.RecordEvents();
        sim.Client("mypc").To(Control + NodePort).Should().Be(Outcome.Connected);
        States(sim, Worker).Should().Equal(States(sim, Control));
        sim.Node(Control).Conntrack.Events.Zip(sim.Node(Worker).Conntrack.Events)
            .Should().OnlyContain(static pair => (pair.First.At - pair.Second.At).Duration() < TimeSpan.FromMilliseconds(1));
    }

    private static ConntrackEntry Entry(Simulator sim) => sim.Node(Control).Conntrack.List().Should().ContainSingle().Subject;

    private static string[] States(Simulator sim, string node) => [.. sim.Node(node).Conntrack.Events.Select(static e => $"{e.Entry.TcpState} {e.Entry.TimeoutSeconds}")];
}
