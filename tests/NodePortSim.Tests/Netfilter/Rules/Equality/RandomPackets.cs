using NodePortSim.Net;
using NodePortSim.Netfilter;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Random packets among the addresses and ports that the random rules speak of; what was seen is answered, repeated and complained about.</summary>
internal sealed class RandomPackets(RandomSource random)
{
    public static readonly IpAddr Node = IpAddr.Parse("192.168.70.11");

    public static readonly IpAddr[] Addresses =
    [
        Node, Node, Node, .. Range("192.168.70.", 12, 3), .. Range("10.44.0.", 1, 3), .. Range("10.44.1.", 1, 3), .. Range("10.201.0.", 1, 6),
        IpAddr.Parse("127.0.0.1"), IpAddr.Parse("198.51.100.7"), IpAddr.Parse("203.0.113.9"), IpAddr.Parse("192.168.70.255"),
    ];

    public static readonly ushort[] Ports = [80, 8080, 30000, 30001, 30002, 30003, 30004, 30005, 32000, 32001];

    private static readonly Protocol[] Protocols = [Protocol.Tcp, Protocol.Tcp, Protocol.Tcp, Protocol.Udp, Protocol.Udp, Protocol.Icmp, Protocol.Sctp, (Protocol)47];

    private static readonly Hook[][] Paths =
    [
        [Hook.Prerouting, Hook.Forward, Hook.Postrouting],
        [Hook.Prerouting, Hook.Input],
        [Hook.Output, Hook.Postrouting],
        [Hook.Output, Hook.Postrouting, Hook.Prerouting, Hook.Input],
    ];

    /// <summary>The address itself, or the one that stands for it in IPv6.</summary>
    public static IpAddr In(IpFamily family, IpAddr address)
    {
        if (family == IpFamily.IPv4) return address;
        return address.IsLoopback ? IpAddr.Parse("::1") : new IpAddr(0xFD00_0000_0000_0000, address.IPv4Bits);
    }

    private readonly List<Packet> _seen = [];

    /// <summary>A way through a node.</summary>
    public Hook[] Path() => Paths[random.NextBelow(7) switch { < 4 => 0, 4 => 1, 5 => 2, _ => 3 }];

    public void Saw(in Packet packet) => _seen.Add(packet);

    public Packet Next()
    {
        if (_seen.Count == 0 || random.NextBelow(2) == 0) return Fresh();
        Packet old = _seen[(int)random.NextBelow((uint)_seen.Count)];
        return random.NextBelow(5) switch
        {
            0 => old,
            1 => old with { Flags = TcpFlags.Ack, Sequence = old.Sequence + 1, Acknowledgment = 501, WindowScale = -1, Length = 52 },
            2 => Fresh() with
            {
                Destination = old.Source,
                Protocol = Protocol.Icmp,
                DestinationPort = 3 << 8 | 3,
                SourcePort = 0,
                Quoted = old.Tuple,
                Length = 88,
            },
            _ => old with
            {
                Source = old.Destination,
                Destination = old.Source,
                SourcePort = old.Protocol == Protocol.Icmp ? old.SourcePort : old.DestinationPort,
                DestinationPort = old.Protocol == Protocol.Icmp ? (ushort)0 : old.SourcePort,
                Flags = TcpFlags.Syn | TcpFlags.Ack,
                Sequence = 500,
                Acknowledgment = old.Sequence + 1,
            },
        };
    }

    private Packet Fresh()
    {
        Protocol protocol = Pick(Protocols);
        return new Packet
        {
            Source = Pick(Addresses),
            Destination = Pick(Addresses),
            SourcePort = (ushort)(40000 + random.NextBelow(3)),
            DestinationPort = protocol == Protocol.Icmp ? (ushort)(8 << 8) : Pick(Ports),
            Protocol = protocol,
            Flags = random.NextBelow(5) == 0 ? (TcpFlags)random.NextBelow(64) : TcpFlags.Syn,
            Ttl = 64,
            WindowScale = 7,
            Window = 64240,
            Sequence = random.NextBelow(1000),
            Length = (int)(40 + random.NextBelow(3)),
        };
    }

    private T Pick<T>(T[] of) => of[random.NextBelow((uint)of.Length)];

    private static IEnumerable<IpAddr> Range(string prefix, int first, int count) =>
        Enumerable.Range(first, count).Select(i => IpAddr.Parse(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}{i}")));
}
