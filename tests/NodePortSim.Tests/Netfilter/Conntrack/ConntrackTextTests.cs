using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Conntrack.Text;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class ConntrackTextTests
{
    private static readonly ConntrackEntry Established = new()
    {
        Original = Tuple("192.168.50.10", "192.168.50.1", 54274, 30080),
        Reply = Tuple("10.10.2.7", "10.10.2.1", 8080, 2814),
        TimeoutSeconds = 431999,
        TcpState = TcpState.Established,
        Status = ConntrackStatus.SeenReply | ConntrackStatus.Assured,
        Id = 1401233738,
    };

    private static FlowTuple Tuple(string source, string destination, ushort sourcePort, ushort destinationPort, Protocol protocol = Protocol.Tcp) =>
        new(IpAddr.Parse(source), IpAddr.Parse(destination), sourcePort, destinationPort, protocol);

    [Fact]
    public void Lines_are_those_of_conntrack_L()
    {
        ConntrackEntry[] entries =
        [
            Established,
            Established with { TimeoutSeconds = 113, TcpState = TcpState.SynSent, Status = ConntrackStatus.None },
            Established with { TimeoutSeconds = 59, TcpState = TcpState.SynRecv, Status = ConntrackStatus.SeenReply },
            Established with { TimeoutSeconds = 9, TcpState = TcpState.Close },
            new()
            {
                Original = Tuple("192.168.50.10", "192.168.50.1", 45294, 30053, Protocol.Udp),
                Reply = Tuple("10.10.2.7", "10.10.2.1", 5353, 8453, Protocol.Udp),
                TimeoutSeconds = 23,
            },
            new()
            {
                Original = Tuple("192.168.50.10", "10.10.2.7", 4660, 0x0800, Protocol.Icmp),
                Reply = Tuple("10.10.2.7", "192.168.50.10", 4660, 0, Protocol.Icmp),
                TimeoutSeconds = 28,
                Status = ConntrackStatus.SeenReply,
            },
            Established with { TimeoutSeconds = 117, TcpState = TcpState.TimeWait, Counters = new ConntrackCounters(5, 268, 3, 194) },
            new()
            {
                Original = Tuple("fd00::1", "fd00::2", 9, 0x8000, Protocol.IcmpV6),
                Reply = Tuple("fd00::2", "fd00::1", 9, 0x8100, Protocol.IcmpV6),
                TimeoutSeconds = 29,
            },
        ];
        string.Join('\n', entries.Select(e => ConntrackText.Line(e))).Should().Be("""
            tcp      6 431999 ESTABLISHED src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 [ASSURED] mark=0 use=1
            tcp      6 113 SYN_SENT src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 [UNREPLIED] src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 mark=0 use=1
            tcp      6 59 SYN_RECV src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 mark=0 use=1
            tcp      6 9 CLOSE src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 [ASSURED] mark=0 use=1
            udp      17 23 src=192.168.50.10 dst=192.168.50.1 sport=45294 dport=30053 [UNREPLIED] src=10.10.2.7 dst=10.10.2.1 sport=5353 dport=8453 mark=0 use=1
            icmp     1 28 src=192.168.50.10 dst=10.10.2.7 type=8 code=0 id=4660 src=10.10.2.7 dst=192.168.50.10 type=0 code=0 id=4660 mark=0 use=1
            tcp      6 117 TIME_WAIT src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 packets=5 bytes=268 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 packets=3 bytes=194 [ASSURED] mark=0 use=1
            icmpv6   58 29 src=fd00::1 dst=fd00::2 type=128 code=0 id=9 [UNREPLIED] src=fd00::2 dst=fd00::1 type=129 code=0 id=9 mark=0 use=1
            """.ReplaceLineEndings("\n"));
        ConntrackText.Line(Established, ConntrackFormat.Extended | ConntrackFormat.Id).Should().Be(
            "ipv4     2 tcp      6 431999 ESTABLISHED src=192.168.50.10 dst=192.168.50.1 sport=54274 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=2814 [ASSURED] mark=0 use=1 id=1401233738");
    }

    [Fact]
    public void Events_of_a_connection_are_those_of_conntrack_E()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackTimeouts = new ConntrackTimeouts { TcpTimeWait = 120 } });
        lab.Source = lab.Source!.Value with { Ports = new NodePortSim.Iptables.Matches.PortRange(55038) };
        lab.Table.RecordEvents();
        new TcpTalk(lab, 58820).Open().Close();
        lab.Wait(125);
        lab.Source = lab.Source!.Value with { Ports = new NodePortSim.Iptables.Matches.PortRange(8453) };
        lab.Send(ConntrackLab.Udp(ConntrackLab.Client, 45294, ConntrackLab.Node, 30053));
        lab.Wait(1.5);
        lab.Table.Flush();
        string.Join('\n', lab.Table.Events.Select(e => ConntrackText.Line(e, portId: 2945920566))).Should().Be("""
                [NEW] tcp      6 120 SYN_SENT src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 [UNREPLIED] src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038
             [UPDATE] tcp      6 60 SYN_RECV src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038
             [UPDATE] tcp      6 432000 ESTABLISHED src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038 [ASSURED]
             [UPDATE] tcp      6 120 FIN_WAIT src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038 [ASSURED]
             [UPDATE] tcp      6 30 LAST_ACK src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038 [ASSURED]
             [UPDATE] tcp      6 120 TIME_WAIT src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038 [ASSURED]
            [DESTROY] tcp      6 TIME_WAIT src=192.168.50.10 dst=192.168.50.1 sport=58820 dport=30080 src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=55038 [ASSURED]
                [NEW] udp      17 30 src=192.168.50.10 dst=192.168.50.1 sport=45294 dport=30053 [UNREPLIED] src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=8453
            [DESTROY] udp      17 28 src=192.168.50.10 dst=192.168.50.1 sport=45294 dport=30053 [UNREPLIED] src=10.10.2.7 dst=10.10.2.1 sport=8080 dport=8453 [USERSPACE] portid=2945920566
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_time_stamp_leads_the_line_of_an_event()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1795338110).AddMicroseconds(37);
        ConntrackText.Line(new ConntrackEvent(at, ConntrackEventKind.Update, Established), ConntrackFormat.Timestamp)
            .Should().StartWith("[1795338110.000037]\t [UPDATE] tcp      6 431999 ESTABLISHED src=");
    }

    [Fact]
    public void Statistics_are_the_line_of_conntrack_S() => ConntrackText.Line(new ConntrackStatistics { Invalid = 2, ClashResolve = 1 }).Should().Be(
        "cpu=0   \tfound=0 invalid=2 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 clash_resolve=1 chaintoolong=0 ");

    [Fact]
    public void Accounting_counts_packets_and_bytes_of_both_directions()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort(sysctls: new Sysctls { ConntrackAccounting = true });
        new TcpTalk(lab).Open().Close();
        lab.Table.List().Single().Counters.Should().Be(new ConntrackCounters(4, 216, 2, 112));
    }

    [Fact]
    public void An_entry_describes_itself_to_traces_without_its_timeout()
    {
        var lab = new ConntrackLab();
        int entry = lab.Prerouting(ConntrackLab.Udp(ConntrackLab.Client, 1, ConntrackLab.Pod, 53)).Entry;
        lab.Table.Describe(entry).Should().Be("src=192.168.50.10 dst=10.10.2.7 sport=1 dport=53 [UNREPLIED] src=10.10.2.7 dst=192.168.50.10 sport=53 dport=1");
        lab.Table.Describe(-1).Should().Be("no entry");
    }
}
