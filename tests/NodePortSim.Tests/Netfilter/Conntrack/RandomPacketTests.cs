using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Tests.Netfilter.Conntrack;

public class RandomPacketTests
{
    private static readonly IpAddr[] Addresses =
        [ConntrackLab.Client, ConntrackLab.Node, ConntrackLab.Pod, ConntrackLab.Masquerade, IpAddr.Parse("fd00::1"), IpAddr.Parse("fd00::2")];

    private static readonly Protocol[] Protocols =
        [Protocol.Tcp, Protocol.Tcp, Protocol.Tcp, Protocol.Udp, Protocol.Udp, Protocol.Icmp, Protocol.IcmpV6, Protocol.Sctp, (Protocol)47];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whatever_comes_gets_an_answer_and_the_index_stays_whole(ulong seed)
    {
        var random = new RandomSource(seed);
        var lab = new ConntrackLab(seed, new Sysctls { ConntrackMax = 300, ConntrackAccounting = seed % 2 == 0 });
        if (seed % 3 == 0) lab.Table.RecordEvents(100);
        List<SocketBuffer> held = [];
        List<Packet> seen = [];
        for (int i = 0; i < 3000; i++)
        {
            lab.Destination = random.NextBelow(2) == 0 ? null : new NatRange(Addresses[random.NextBelow(4)], Ports(random), Choice(random));
            lab.Source = random.NextBelow(2) == 0 ? null : new NatRange(Addresses[random.NextBelow(4)], Ports(random), Choice(random), (int)random.NextBelow(3));
            lab.OutInterface = (int)random.NextBelow(3);
            Packet packet = AnyPacket(random, seen);
            SocketBuffer buffer = lab.Prerouting(packet);
            buffer.Info.Should().NotBe(lab.LastVerdict == DropVerdict.TableFull ? ConntrackInfo.Untracked : ConntrackInfo.None, $"seed {seed}, packet {i}");
            switch (random.NextBelow(8))
            {
                case 0:
                    lab.Table.Release(ref buffer);
                    break;
                case 1 when buffer.Entry > 0 && !lab.Table.IsConfirmed(buffer.Entry):
                    held.Add(buffer);
                    break;
                default:
                    if (lab.LastVerdict == DropVerdict.Accept) lab.Leave(ref buffer, random.NextBelow(4) == 0 ? Hook.Input : Hook.Postrouting);
                    else lab.Table.Release(ref buffer);
                    break;
            }

            seen.Add(buffer.Packet);
            if (held.Count > 3)
            {
                SocketBuffer late = held[0];
                held.RemoveAt(0);
                lab.Leave(ref late);
            }

            if (random.NextBelow(10) == 0) lab.Wait(random.NextBelow(40) / 4.0);
            if (random.NextBelow(500) == 0) lab.Table.Flush();
            if (i % 7 == 0) (lab.Table.FindInconsistency() ?? "").Should().BeEmpty($"seed {seed}, packet {i}");
            lab.Table.Count.Should().BeLessThanOrEqualTo(300);
        }

        foreach (SocketBuffer buffer in held)
        {
            SocketBuffer late = buffer;
            lab.Table.Release(ref late);
        }

        lab.Table.CollectExpired();
        lab.Table.Count.Should().BeGreaterThanOrEqualTo(lab.Table.List().Count);
        lab.Wait(1000000);
        lab.Table.CollectExpired();
        lab.Table.Count.Should().Be(0, $"seed {seed}");
        lab.Table.FindInconsistency().Should().BeNull();
    }

    [Fact]
    public void Answers_to_a_flow_always_come_back_as_answers_to_what_was_sent()
    {
        var random = new RandomSource(11);
        ConntrackLab lab = ConntrackLab.WithNodePort();
        for (int i = 0; i < 5000; i++)
        {
            Packet packet = ConntrackLab.Udp(IpAddr.FromIPv4(0xC0A83300u + random.NextBelow(250)), (int)random.NextBelow(65536), ConntrackLab.Node, 30080);
            SocketBuffer sent = lab.Send(packet);
            if (lab.LastVerdict != DropVerdict.Accept) continue;
            lab.Send(ConntrackLab.Answer(sent.Packet)).Packet.Tuple.Should().Be(ConntrackLab.Answer(packet).Tuple);
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_tables_and_other_seeds_other_ports()
    {
        string Play(ulong seed)
        {
            ConntrackLab lab = ConntrackLab.WithNodePort(seed);
            for (int i = 0; i < 100; i++) new TcpTalk(lab, 2000 + i).Open();
            return lab.Lines();
        }

        Play(5).Should().Be(Play(5));
        Play(5).Should().NotBe(Play(6));
    }

    [Fact]
    public void Ten_thousand_connections_allocate_nothing_once_the_table_has_its_size()
    {
        ConntrackLab lab = ConntrackLab.WithNodePort();
        void Connections(int first, int count, int milliseconds)
        {
            for (int i = 0; i < count; i++)
            {
                // The lab's talk is an object; what is measured is the table alone.
                Packet syn = ConntrackLab.Udp(ConntrackLab.Client, first + i % 20000, ConntrackLab.Node, 30080) with
                {
                    Protocol = Protocol.Tcp,
                    Flags = TcpFlags.Syn,
                    Window = 65000,
                    Sequence = (uint)i * 100000,
                };
                SocketBuffer sent = lab.Send(syn);
                Packet reset = ConntrackLab.Answer(sent.Packet) with { Flags = TcpFlags.Rst | TcpFlags.Ack, Acknowledgment = syn.Sequence + 1, Sequence = 0 };
                if (i % 2 == 0) lab.Send(reset);
                else lab.Send(ConntrackLab.Answer(sent.Packet) with { Flags = TcpFlags.Syn | TcpFlags.Ack, Acknowledgment = syn.Sequence + 1, Sequence = 7 });
                lab.Send(syn with { Protocol = Protocol.Udp });
                lab.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            }
        }

        // A little denser than later, so that the table has seen its peak.
        Connections(2000, 20000, milliseconds: 16);
        Allocation.Of(_ => Connections(2000, 10000, milliseconds: 20)).Should().Be(0);
    }

    private static PortRange? Ports(RandomSource random) => random.NextBelow(3) switch
    {
        0 => null,
        1 => new PortRange((ushort)(1 + random.NextBelow(5))),
        _ => new PortRange(1, (ushort)(1 + random.NextBelow(20))),
    };

    private static SourcePortChoice Choice(RandomSource random) => (SourcePortChoice)random.NextBelow(3);

    private static Packet AnyPacket(RandomSource random, List<Packet> seen)
    {
        // A third answers, a tenth complains about what was seen before: only so do flows get far.
        uint kind = random.NextBelow(30);
        if (seen.Count > 0 && kind < 13)
        {
            Packet old = seen[^(int)(1 + random.NextBelow((uint)Math.Min(seen.Count, 50)))];
            if (kind >= 10)
            {
                return ConntrackLab.Icmp(Addresses[random.NextBelow(4)], old.Source.IsIPv4 ? old.Source : ConntrackLab.Client, 3, 3, 0) with { Quoted = old.Tuple };
            }

            return ConntrackLab.Answer(old) with
            {
                Flags = (TcpFlags)random.NextBelow(64),
                Acknowledgment = old.Sequence + 1,
                Sequence = old.Acknowledgment,
            };
        }

        bool v6 = random.NextBelow(6) == 0;
        Protocol protocol = Protocols[random.NextBelow((uint)Protocols.Length)];
        return new Packet
        {
            Source = Addresses[v6 ? 4 + random.NextBelow(2) : random.NextBelow(4)],
            Destination = Addresses[v6 ? 4 + random.NextBelow(2) : random.NextBelow(4)],
            SourcePort = (ushort)(1 + random.NextBelow(8)),
            DestinationPort = protocol is Protocol.Icmp or Protocol.IcmpV6 ? (ushort)random.NextUInt32() : (ushort)(1 + random.NextBelow(8)),
            Protocol = protocol,
            Flags = random.NextBelow(2) == 0 ? TcpFlags.Syn : (TcpFlags)random.NextBelow(256),
            Window = (ushort)random.NextBelow(65536),
            WindowScale = (sbyte)((int)random.NextBelow(17) - 1),
            Sequence = random.NextBelow(3) == 0 ? random.NextUInt32() : random.NextBelow(1000),
            Acknowledgment = random.NextBelow(1000),
            PayloadLength = (int)random.NextBelow(1500),
            Length = 1500,
            Ttl = 64,
        };
    }
}
