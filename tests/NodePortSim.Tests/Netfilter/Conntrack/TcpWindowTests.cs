using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class TcpWindowTests
{
    private static ConntrackEntry Entry(ConntrackLab lab) => lab.Table.List().Single();

    [Theory]
    [InlineData(-200000, true, "an old retransmission passes")]
    [InlineData(300000, false, "data beyond the window does not")]
    public void Out_of_window_means_INVALID_only_for_what_is_too_new(int offset, bool passes, string because)
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab) { ClientNext = 1000000 }.Open();
        talk.Client(TcpFlags.Ack, payload: 10, sequence: (uint)(talk.ClientNext + offset)).Info.Should().Be(passes ? ConntrackInfo.Established : ConntrackInfo.Invalid, because);
    }

    [Fact]
    public void An_acknowledgment_of_data_never_seen_is_INVALID_unless_conntrack_is_liberal()
    {
        foreach (bool liberal in (bool[])[false, true])
        {
            ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackTcpBeLiberal = liberal });
            TcpTalk talk = new TcpTalk(lab).Open();
            talk.Client(TcpFlags.Ack, ack: talk.PodNext + 100000).Info.Should().Be(liberal ? ConntrackInfo.Established : ConntrackInfo.Invalid);
        }
    }

    [Fact]
    public void The_window_scale_counts_only_where_both_SYNs_carried_it()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk scaled = new TcpTalk(lab) { Scale = 7 }.Open();
        scaled.Client(TcpFlags.Ack, payload: 10, sequence: scaled.ClientNext + 1000000).Info.Should().Be(ConntrackInfo.Invalid, "no segment after the SYN has opened that window yet");
        scaled.Pod(TcpFlags.Ack);
        scaled.Client(TcpFlags.Ack, payload: 10, sequence: scaled.ClientNext + 1000000).Info.Should().Be(ConntrackInfo.Established);

        var half = new TcpTalk(lab, 40001) { Scale = 7 };
        half.Client(TcpFlags.Syn);
        half.Scale = -1;
        half.Pod(TcpFlags.Syn | TcpFlags.Ack);
        half.Client(TcpFlags.Ack);
        half.Pod(TcpFlags.Ack);
        half.Client(TcpFlags.Ack, payload: 10, sequence: half.ClientNext + 1000000).Info.Should().Be(ConntrackInfo.Invalid);
    }

    [Fact]
    public void Unacknowledged_data_shows_300_seconds_until_the_ACK_comes()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab).Open();
        Entry(lab).TimeoutSeconds.Should().Be(432000);
        talk.Client(TcpFlags.Ack | TcpFlags.Psh, payload: 100);
        Entry(lab).TimeoutSeconds.Should().Be(300);
        talk.Pod(TcpFlags.Ack);
        Entry(lab).TimeoutSeconds.Should().Be(432000);
    }

    [Fact]
    public void A_closed_window_and_repeated_ACKs_lower_a_long_timeout_to_300_seconds()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab).Open();
        talk.Window = 0;
        talk.Client(TcpFlags.Ack);
        Entry(lab).TimeoutSeconds.Should().Be(300);
        talk.Window = 65000;
        talk.Client(TcpFlags.Ack);
        Entry(lab).TimeoutSeconds.Should().Be(432000);
        for (int i = 0; i < 3; i++) talk.Client(TcpFlags.Ack);
        Entry(lab).TimeoutSeconds.Should().Be(300);
    }

    [Fact]
    public void A_FIN_outside_the_window_answered_by_a_RST_outside_it_lowers_a_long_timeout()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab).Open();
        talk.Client(TcpFlags.Fin | TcpFlags.Ack, sequence: talk.ClientNext + 300000).Info.Should().Be(ConntrackInfo.Invalid);
        Entry(lab).TimeoutSeconds.Should().Be(432000);
        talk.Pod(TcpFlags.Fin | TcpFlags.Ack, sequence: talk.PodNext + 300000).Info.Should().Be(ConntrackInfo.Invalid);
        (Entry(lab).TcpState, Entry(lab).TimeoutSeconds).Should().Be((TcpState.Established, 300));
    }

    [Fact]
    public void A_challenge_ACK_in_LAST_ACK_does_not_end_the_connection()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        TcpTalk talk = new TcpTalk(lab).Open();
        talk.Client(TcpFlags.Fin | TcpFlags.Ack);
        talk.Pod(TcpFlags.Fin | TcpFlags.Ack);
        talk.Client(TcpFlags.Syn, sequence: 5);
        talk.Pod(TcpFlags.Ack);
        Entry(lab).TcpState.Should().Be(TcpState.LastAck);
        talk.Pod(TcpFlags.Ack);
        Entry(lab).TcpState.Should().Be(TcpState.TimeWait);
    }
}
