using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class UdpAndIcmpTests
{
    private readonly ConntrackLab _lab = ConntrackLab.WithNodePort();

    private ConntrackEntry Entry => _lab.Table.List().Single();

    private static Packet Query => ConntrackLab.Udp(ConntrackLab.Client, 41500, ConntrackLab.Node, 30080);

    [Fact]
    public void UDP_has_a_state_30_seconds_and_after_two_answered_seconds_120()
    {
        SocketBuffer query = _lab.Send(Query);
        Packet answer = ConntrackLab.Answer(query.Packet);
        (Entry.TimeoutSeconds, Entry.IsUnreplied).Should().Be((30, true));
        _lab.Send(answer).Info.Should().Be(ConntrackInfo.EstablishedReply);
        (Entry.TimeoutSeconds, Entry.IsUnreplied, Entry.IsAssured).Should().Be((30, false, false));
        _lab.Wait(2);
        _lab.Send(Query).Info.Should().Be(ConntrackInfo.Established);
        (Entry.TimeoutSeconds, Entry.IsAssured).Should().Be((30, false));
        _lab.Wait(0.1);
        _lab.Send(Query);
        (Entry.TimeoutSeconds, Entry.IsAssured).Should().Be((120, true));
    }

    [Fact]
    public void A_sender_that_nobody_answers_keeps_its_entry_for_ever_at_30_seconds_and_stays_NEW()
    {
        for (int i = 0; i < 10; i++)
        {
            _lab.Send(Query).Info.Should().Be(ConntrackInfo.New);
            _lab.Wait(29);
        }

        _lab.DestinationWalks.Should().Be(1);
        Entry.TimeoutSeconds.Should().Be(1);
        _lab.Wait(1);
        _lab.Table.List().Should().BeEmpty();
        _lab.Send(Query);
        _lab.DestinationWalks.Should().Be(2);
    }

    [Fact]
    public void The_pods_ICMP_error_reaches_the_client_from_the_node_quoting_what_the_client_sent()
    {
        SocketBuffer query = _lab.Send(Query);
        string before = _lab.Lines();
        Packet error = ConntrackLab.Icmp(ConntrackLab.Pod, query.Packet.Source, 3, 3, 0) with { Quoted = query.Packet.Tuple };
        _lab.Wait(5);

        SocketBuffer atForward = _lab.Prerouting(error);
        atForward.Info.Should().Be(ConntrackInfo.RelatedReply);
        atForward.Packet.Destination.Should().Be(ConntrackLab.Client);
        _lab.Leave(ref atForward);
        atForward.Packet.Source.Should().Be(ConntrackLab.Node);
        atForward.Packet.Quoted.Should().Be(Query.Tuple);

        // Port unreachable does not delete the entry, nor even refresh it.
        _lab.Lines().Should().Be(before.Replace("udp      17 30", "udp      17 25", StringComparison.Ordinal));
        Entry.IsUnreplied.Should().BeTrue();
    }

    [Fact]
    public void The_clients_ICMP_error_reaches_the_pod_from_the_masquerade_address_quoting_what_the_pod_sent()
    {
        Packet answer = ConntrackLab.Answer(_lab.Send(Query).Packet);
        SocketBuffer delivered = _lab.Send(answer);
        SocketBuffer error = _lab.Send(ConntrackLab.Icmp(ConntrackLab.Client, ConntrackLab.Node, 3, 3, 0) with { Quoted = delivered.Packet.Tuple });
        error.Info.Should().Be(ConntrackInfo.Related);
        (error.Packet.Source, error.Packet.Destination).Should().Be((ConntrackLab.Masquerade, ConntrackLab.Pod));
        error.Packet.Quoted.Should().Be(answer.Tuple);
    }

    [Fact]
    public void An_ICMP_error_about_no_flow_or_sent_elsewhere_is_INVALID()
    {
        SocketBuffer query = _lab.Send(Query);
        Packet error = ConntrackLab.Icmp(ConntrackLab.Pod, query.Packet.Source, 3, 3, 0);
        _lab.Send(error with { Quoted = query.Packet.Tuple with { SourcePort = 1 } }).Info.Should().Be(ConntrackInfo.Invalid);
        _lab.Send(error with { Quoted = query.Packet.Tuple, Destination = ConntrackLab.Client }).Info.Should().Be(ConntrackInfo.Invalid);
        _lab.Table.Statistics.Error.Should().Be(2);
    }

    [Fact]
    public void An_echo_is_tracked_by_its_identifier_and_never_assured()
    {
        _lab.Destination = null;
        _lab.Source = null;
        Packet echo = ConntrackLab.Icmp(ConntrackLab.Client, ConntrackLab.Pod, 8, 0, 4660);
        _lab.Send(echo);
        _lab.Lines().Should().Be("icmp     1 30 src=192.168.50.10 dst=10.10.2.7 type=8 code=0 id=4660 [UNREPLIED] src=10.10.2.7 dst=192.168.50.10 type=0 code=0 id=4660 mark=0 use=1");
        _lab.Send(ConntrackLab.Icmp(ConntrackLab.Pod, ConntrackLab.Client, 0, 0, 4660)).Info.Should().Be(ConntrackInfo.EstablishedReply);
        _lab.Wait(10);
        _lab.Send(echo).Info.Should().Be(ConntrackInfo.Established);
        _lab.Lines().Should().Be("icmp     1 30 src=192.168.50.10 dst=10.10.2.7 type=8 code=0 id=4660 src=10.10.2.7 dst=192.168.50.10 type=0 code=0 id=4660 mark=0 use=1");
    }

    [Fact]
    public void Two_hosts_with_one_echo_identifier_get_different_ones_behind_one_address()
    {
        _lab.Destination = null;
        _lab.Source = _lab.Source!.Value with { Choice = NodePortSim.Iptables.Targets.SourcePortChoice.Keep };
        SocketBuffer first = _lab.Send(ConntrackLab.Icmp(ConntrackLab.Client, ConntrackLab.Pod, 8, 0, 7));
        IpAddr other = IpAddr.Parse("192.168.50.11");
        SocketBuffer second = _lab.Send(ConntrackLab.Icmp(other, ConntrackLab.Pod, 8, 0, 7));
        first.Packet.SourcePort.Should().Be(7);
        second.Packet.SourcePort.Should().NotBe(7);
        SocketBuffer answer = _lab.Send(ConntrackLab.Icmp(ConntrackLab.Pod, ConntrackLab.Masquerade, 0, 0, second.Packet.SourcePort));
        (answer.Packet.Destination, answer.Packet.SourcePort).Should().Be((other, (ushort)7));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(14)]
    public void Other_ICMP_types_open_nothing(byte type)
    {
        _lab.Send(ConntrackLab.Icmp(ConntrackLab.Client, ConntrackLab.Pod, type, 0, 1)).Info.Should().Be(ConntrackInfo.Invalid);
        _lab.Table.Count.Should().Be(0);
    }

    [Fact]
    public void Neighbour_discovery_is_untracked()
    {
        SocketBuffer buffer = _lab.Send(ConntrackLab.Icmp(IpAddr.Parse("fe80::1"), IpAddr.Parse("fe80::2"), 135, 0, 0));
        (buffer.Info, buffer.Entry).Should().Be((ConntrackInfo.Untracked, -1));
    }

    [Fact]
    public void SCTP_goes_from_COOKIE_WAIT_to_ESTABLISHED_and_is_then_assured()
    {
        Packet client = Query with { Protocol = Protocol.Sctp, Flags = (TcpFlags)1 };
        Packet pod = ConntrackLab.Answer(_lab.Send(client).Packet);
        List<SctpState?> states = [Entry.SctpState];
        foreach ((bool fromPod, int chunk) in new[] { (true, 2), (false, 10), (true, 11), (false, 0), (false, 7), (true, 8), (false, 14) })
        {
            _lab.Send((fromPod ? pod : client) with { Flags = (TcpFlags)chunk });
            states.Add(Entry.SctpState);
        }

        states.Should().Equal(
            SctpState.Closed, SctpState.CookieWait, SctpState.CookieEchoed, SctpState.Established, SctpState.Established, SctpState.ShutdownSent,
            SctpState.ShutdownAckSent, SctpState.Closed);
        Entry.IsAssured.Should().BeTrue();
    }

    [Fact]
    public void Another_protocol_is_tracked_by_its_addresses_for_600_seconds()
    {
        _lab.Source = null;
        _lab.Destination = null;
        _lab.Send(Query with { Protocol = (Protocol)47, SourcePort = 0, DestinationPort = 0 });
        _lab.Lines().Should().Be("unknown  47 600 src=192.168.50.10 dst=192.168.50.1 [UNREPLIED] src=192.168.50.1 dst=192.168.50.10 mark=0 use=1");
    }
}
