using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

/// <summary>What many believe of conntrack and TCP, and what the kernel does (spec netfilter-datapath 7).</summary>
public class TcpMisconceptionTests
{
    private readonly ConntrackLab _lab = ConntrackLab.WithNodePort();

    private ConntrackEntry Entry => _lab.Table.List().Single();

    [Fact]
    public void A_retransmitted_SYN_does_not_pick_a_new_endpoint()
    {
        var talk = new TcpTalk(_lab);
        SocketBuffer first = talk.Client(TcpFlags.Syn);
        _lab.Wait(1);
        SocketBuffer again = talk.Client(TcpFlags.Syn, sequence: 1000);
        again.Info.Should().Be(ConntrackInfo.New);
        again.Packet.Should().Be(first.Packet);
        (_lab.DestinationWalks, _lab.SourceWalks).Should().Be((1, 1));
    }

    [Fact]
    public void A_retransmitted_SYN_does_not_renew_the_entry()
    {
        // As the kernel does since 5.14, and as it was measured on 6.18: the translation must not stay for ever.
        var talk = new TcpTalk(_lab);
        talk.Client(TcpFlags.Syn);
        _lab.Wait(100);
        talk.Client(TcpFlags.Syn, sequence: 1000);
        Entry.TimeoutSeconds.Should().Be(20);
        _lab.Wait(20);
        talk.Client(TcpFlags.Syn, sequence: 1000);
        Entry.TimeoutSeconds.Should().Be(120);
        _lab.DestinationWalks.Should().Be(2);
    }

    [Fact]
    public void A_SYN_that_was_dropped_before_confirm_is_a_new_connection_when_it_is_sent_again()
    {
        for (int i = 0; i < 3; i++)
        {
            SocketBuffer buffer = _lab.Prerouting(ConntrackLab.Udp(ConntrackLab.Client, 1000, ConntrackLab.Node, 30080));
            _lab.Table.Count.Should().Be(1);
            _lab.Table.Release(ref buffer);
            _lab.Table.Count.Should().Be(0);
        }

        _lab.DestinationWalks.Should().Be(3);
    }

    [Fact]
    public void Only_an_exact_RST_closes_the_entry()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        talk.Pod(TcpFlags.Ack | TcpFlags.Psh, payload: 100);
        talk.Client(TcpFlags.Ack);
        talk.Pod(TcpFlags.Rst, sequence: talk.PodNext + 500).Info.Should().Be(ConntrackInfo.EstablishedReply);
        (Entry.TcpState, Entry.TimeoutSeconds).Should().Be((TcpState.Established, 10));
        talk.Client(TcpFlags.Ack);
        (Entry.TcpState, Entry.TimeoutSeconds).Should().Be((TcpState.Established, 300), "the RST's number counts as data that nobody acknowledged");
        talk.Pod(TcpFlags.Rst, sequence: talk.PodNext - 1).Info.Should().Be(ConntrackInfo.Invalid);
        Entry.TcpState.Should().Be(TcpState.Established);
        talk.Pod(TcpFlags.Rst);
        (Entry.TcpState, Entry.TimeoutSeconds).Should().Be((TcpState.Close, 10));
    }

    [Fact]
    public void A_RST_that_follows_its_sides_last_segment_belongs_to_it()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        talk.Pod(TcpFlags.Ack | TcpFlags.Psh, payload: 19);
        talk.Pod(TcpFlags.Rst | TcpFlags.Ack);
        Entry.TcpState.Should().Be(TcpState.Close);
    }

    [Fact]
    public void A_refused_connection_leaves_no_entry()
    {
        _lab.Table.RecordEvents();
        var talk = new TcpTalk(_lab);
        talk.Client(TcpFlags.Syn);
        SocketBuffer refusal = talk.Pod(TcpFlags.Rst | TcpFlags.Ack, sequence: 0);
        refusal.Packet.Tuple.Should().Be(new FlowTuple(ConntrackLab.Node, ConntrackLab.Client, 30080, 40000, Protocol.Tcp), "it is translated all the same");
        _lab.Table.List().Should().BeEmpty();
        _lab.Table.Events.Select(e => (e.Kind, e.Entry.TcpState)).Should().Equal(
            (ConntrackEventKind.New, TcpState.SynSent), (ConntrackEventKind.Destroy, TcpState.Close));
    }

    [Fact]
    public void Any_ACK_in_LAST_ACK_leads_to_TIME_WAIT()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        talk.Client(TcpFlags.Fin | TcpFlags.Ack);
        talk.Pod(TcpFlags.Fin | TcpFlags.Ack);
        Entry.TcpState.Should().Be(TcpState.LastAck);
        talk.Pod(TcpFlags.Ack);
        Entry.TcpState.Should().Be(TcpState.TimeWait, "the kernel does not ask whose FIN was acknowledged");
    }

    [Fact]
    public void A_SYN_in_TIME_WAIT_starts_afresh()
    {
        new TcpTalk(_lab).Open().Close();
        ushort port = Entry.Reply.DestinationPort;
        _lab.Table.RecordEvents();
        new TcpTalk(_lab) { ClientNext = 9000000 }.Client(TcpFlags.Syn).Info.Should().Be(ConntrackInfo.New);
        _lab.DestinationWalks.Should().Be(2);
        Entry.TcpState.Should().Be(TcpState.SynSent);
        Entry.Reply.DestinationPort.Should().NotBe(port);
        _lab.Table.Events.Select(e => e.Kind).Should().Equal(ConntrackEventKind.Destroy, ConntrackEventKind.New);
    }

    [Fact]
    public void A_SYN_after_a_RST_of_the_same_side_starts_afresh_but_not_after_one_of_the_other_side()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        talk.Pod(TcpFlags.Rst);
        Entry.TcpState.Should().Be(TcpState.Close);
        talk.Client(TcpFlags.Syn, sequence: 9000000);
        (_lab.DestinationWalks, Entry.TcpState).Should().Be((1, TcpState.Close));
        _lab.Wait(11);

        talk = new TcpTalk(_lab).Open();
        talk.Client(TcpFlags.Rst);
        talk.Client(TcpFlags.Syn, sequence: 9000000);
        (_lab.DestinationWalks, Entry.TcpState).Should().Be((3, TcpState.SynSent));
    }

    [Fact]
    public void A_SYN_on_an_ESTABLISHED_entry_is_passed_to_the_same_pod_and_changes_nothing()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        string before = _lab.Lines();
        SocketBuffer syn = talk.Client(TcpFlags.Syn, sequence: 77);
        syn.Packet.Destination.Should().Be(ConntrackLab.Pod);
        syn.Info.Should().Be(ConntrackInfo.Established);
        _lab.Lines().Should().Be(before);
    }

    [Fact]
    public void ESTABLISHED_in_iptables_means_that_a_reply_was_seen()
    {
        var talk = new TcpTalk(_lab);
        talk.Client(TcpFlags.Syn);
        talk.Pod(TcpFlags.Syn | TcpFlags.Ack).Info.Should().Be(ConntrackInfo.EstablishedReply);
        Entry.TcpState.Should().Be(TcpState.SynRecv);
    }

    [Fact]
    public void A_SYN_sent_again_in_SYN_RECV_is_ignored_and_the_repeated_SYN_ACK_resynchronises()
    {
        _lab.Table.RecordEvents();
        var talk = new TcpTalk(_lab);
        talk.Client(TcpFlags.Syn);
        talk.Pod(TcpFlags.Syn | TcpFlags.Ack);
        talk.Client(TcpFlags.Syn, sequence: 1000);
        talk.Pod(TcpFlags.Syn | TcpFlags.Ack, sequence: 500000);
        talk.Client(TcpFlags.Ack);
        _lab.Table.Events.Select(e => e.Entry.TcpState).Should().Equal(
            TcpState.SynSent, TcpState.SynRecv, TcpState.SynRecv, TcpState.Established);
    }

    [Fact]
    public void Both_sides_may_open_at_once()
    {
        var talk = new TcpTalk(_lab);
        talk.Client(TcpFlags.Syn);
        talk.Pod(TcpFlags.Syn);
        Entry.TcpState.Should().Be(TcpState.SynSent2);
        talk.Client(TcpFlags.Syn | TcpFlags.Ack, sequence: 1000, ack: talk.PodNext);
        Entry.TcpState.Should().Be(TcpState.SynRecv);
        talk.Pod(TcpFlags.Ack);
        Entry.TcpState.Should().Be(TcpState.Established);
    }
}
