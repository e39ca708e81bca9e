using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Makes packets of a cluster's addresses and ports and of any others; some answer earlier ones, some complain about them.</summary>
internal sealed class PacketSource
{
    private const int Remembered = 50;

    private static readonly string[] Strangers = ["0.0.0.0", "127.0.0.1", "10.96.0.1", "224.0.0.1", "255.255.255.255", "203.0.113.7", "169.254.1.1"];
    private static readonly string[] StrangersIPv6 = ["::", "::1", "fe80::1", "ff02::1", "2001:db8::7", "::ffff:1.2.3.4"];
    private static readonly Protocol[] Protocols =
        [Protocol.Tcp, Protocol.Tcp, Protocol.Tcp, Protocol.Udp, Protocol.Udp, Protocol.Icmp, Protocol.IcmpV6, Protocol.Sctp, (Protocol)47, 0];

    private readonly RandomSource _random;
    private readonly IpAddr[] _ipv4;
    private readonly IpAddr[] _ipv6;
    private readonly Packet[] _earlier = new Packet[Remembered];
    private int _count;

    public PacketSource(RandomSource random, Topology topology)
    {
        _random = random;
        IpAddr[] own = [.. topology.Hosts.SelectMany(static host => host.Routing.Interfaces).SelectMany(static port => port.Addresses).Select(static address => address.Address)];
        _ipv4 = [.. own.Where(static a => a.IsIPv4), .. Strangers.Select(IpAddr.Parse)];
        _ipv6 = [.. own.Where(static a => !a.IsIPv4), .. StrangersIPv6.Select(IpAddr.Parse).Where(static a => !a.IsIPv4)];
    }

    /// <summary>Whether the next run of hooks starts in OUTPUT.</summary>
    public bool IsLocal => _random.NextBelow(4) == 0;

    /// <summary>Whether it goes on in FORWARD.</summary>
    public bool IsForwarded => _random.NextBelow(2) == 0;

    public Packet Next()
    {
        Packet packet = _count == 0 ? Any() : _random.NextBelow(10) switch
        {
            < 3 => AnswerTo(Earlier()),
            3 => ErrorAbout(Earlier()),
            4 => Earlier(),
            _ => Any(),
        };
        _earlier[_count++ % Remembered] = packet;
        return packet;
    }

    private Packet Earlier() => _earlier[_random.NextBelow((uint)Math.Min(_count, Remembered))];

    private Packet Any()
    {
        IpAddr[] addresses = _random.NextBelow(4) == 0 ? _ipv6 : _ipv4;
        return new Packet
        {
            Source = addresses[_random.NextBelow((uint)addresses.Length)],
            Destination = addresses[_random.NextBelow((uint)addresses.Length)],
            SourcePort = Port(),
            DestinationPort = Port(),
            Protocol = Protocols[_random.NextBelow((uint)Protocols.Length)],
            Flags = _random.NextBelow(2) == 0 ? TcpFlags.Syn : (TcpFlags)_random.NextBelow(256),
            Ttl = (byte)(_random.NextBelow(4) == 0 ? _random.NextBelow(256) : 64),
            WindowScale = (sbyte)((int)_random.NextBelow(17) - 1),
            Window = (ushort)_random.NextBelow(65536),
            Sequence = _random.NextBelow(3) == 0 ? _random.NextUInt32() : _random.NextBelow(1000),
            Acknowledgment = _random.NextBelow(3) == 0 ? _random.NextUInt32() : _random.NextBelow(1000),
            PayloadLength = (int)_random.NextBelow(65536),
            Length = (int)_random.NextBelow(65536),
        };
    }

    private Packet AnswerTo(in Packet packet) => packet with
    {
        Source = packet.Destination,
        Destination = packet.Source,
        SourcePort = packet.DestinationPort,
        DestinationPort = packet.SourcePort,
        Flags = _random.NextBelow(2) == 0 ? TcpFlags.Syn | TcpFlags.Ack : (TcpFlags)_random.NextBelow(256),
        Sequence = packet.Acknowledgment,
        Acknowledgment = unchecked(packet.Sequence + 1),
    };

    private Packet ErrorAbout(in Packet packet) => Any() with
    {
        Source = packet.Destination,
        Destination = packet.Source,
        Protocol = packet.Source.IsIPv4 ? Protocol.Icmp : Protocol.IcmpV6,
        DestinationPort = (ushort)((packet.Source.IsIPv4 ? 3 : 1) << 8 | (int)_random.NextBelow(16)),
        Quoted = packet.Tuple,
    };

    private ushort Port() => _random.NextBelow(5) switch
    {
        0 => (ushort)_random.NextBelow(65536),
        1 => (ushort)(30000 + _random.NextBelow(2768)),
        2 => (ushort)_random.NextBelow(100),
        3 => 8080,
        _ => (ushort)(_random.NextBelow(2) == 0 ? 31080 : 30682),
    };
}
