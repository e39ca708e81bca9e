using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class TcpLifeTests
{
    private readonly ConntrackLab _lab = ConntrackLab.WithNodePort();

    private TcpState? State => _lab.Table.List().SingleOrDefault()?.TcpState;

    [Fact]
    public void A_masqueraded_connection_shows_the_client_on_one_side_and_the_pod_on_the_other_and_its_answers_come_from_the_node()
    {
        var talk = new TcpTalk(_lab);
        SocketBuffer syn = talk.Client(TcpFlags.Syn);
        syn.Packet.Source.Should().Be(ConntrackLab.Masquerade);
        syn.Packet.Destination.Should().Be(ConntrackLab.Pod);
        syn.Packet.DestinationPort.Should().Be(8080);
        ushort port = syn.Packet.SourcePort;
        port.Should().BeGreaterThanOrEqualTo(1024).And.NotBe(40000);

        SocketBuffer answer = talk.Pod(TcpFlags.Syn | TcpFlags.Ack);
        answer.Packet.Tuple.Should().Be(new FlowTuple(ConntrackLab.Node, ConntrackLab.Client, 30080, 40000, Protocol.Tcp));
        _lab.Lines().Should().Be(
            $"tcp      6 60 SYN_RECV src=192.168.50.10 dst=192.168.50.1 sport=40000 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport={port} mark=0 use=1");
    }

    [Fact]
    public void The_states_of_a_connection_closed_with_FIN_ACKs_are_those_the_kernel_reports()
    {
        _lab.Table.RecordEvents();
        new TcpTalk(_lab).Open().Close();
        _lab.Table.Events.Select(e => (e.Kind, e.Entry.TcpState, e.Entry.TimeoutSeconds)).Should().Equal(
            (ConntrackEventKind.New, TcpState.SynSent, 120),
            (ConntrackEventKind.Update, TcpState.SynRecv, 60),
            (ConntrackEventKind.Update, TcpState.Established, 432000),
            (ConntrackEventKind.Update, TcpState.FinWait, 120),
            (ConntrackEventKind.Update, TcpState.LastAck, 30),
            (ConntrackEventKind.Update, TcpState.TimeWait, 120));
    }

    [Fact]
    public void Where_the_FIN_is_acknowledged_alone_the_entry_passes_CLOSE_WAIT()
    {
        TcpTalk talk = new TcpTalk(_lab).Open();
        talk.Client(TcpFlags.Fin | TcpFlags.Ack);
        State.Should().Be(TcpState.FinWait);
        talk.Pod(TcpFlags.Ack);
        State.Should().Be(TcpState.CloseWait);
        talk.Pod(TcpFlags.Fin | TcpFlags.Ack);
        State.Should().Be(TcpState.LastAck);
        talk.Client(TcpFlags.Ack);
        State.Should().Be(TcpState.TimeWait);
    }
}
