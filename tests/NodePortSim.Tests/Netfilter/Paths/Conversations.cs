using NodePortSim.Net;
using NodePortSim.Tests.Netfilter.Rules.Equality;

namespace NodePortSim.Tests.Netfilter.Paths;

/// <summary>A few conversations through one node: opened, answered, carried on in both directions, now and then broken or closed.</summary>
internal sealed class Conversations(RandomSource random, IpFamily family)
{
    private const int Count = 3;

    private static readonly Protocol[] Protocols = [Protocol.Tcp, Protocol.Tcp, Protocol.Tcp, Protocol.Udp, Protocol.Icmp, Protocol.Sctp];

    private readonly Conversation?[] _all = new Conversation?[Count];
    private readonly List<Conversation?> _asked = [];

    /// <summary>The next packet, and the interface that it comes in by.</summary>
    public Packet Next(out int inInterface)
    {
        uint which = random.NextBelow(Count);
        if (_all[which] is null || random.NextBelow(60) == 0) _all[which] = Open();
        Conversation conversation = _all[which]!;
        bool isReply = conversation.AtServer is not null && random.NextBelow(2) == 0;
        _asked.Add(isReply ? null : conversation);
        Packet packet = isReply ? Answer(conversation) : Request(conversation);
        inInterface = random.NextBelow(25) == 0 ? 3 : 2;
        if (random.NextBelow(25) == 0) packet.Ttl = (byte)random.NextBelow(3);
        return packet;
    }

    /// <summary>What became of the packets since the last call, in order; default for those that did not leave the node. So servers see their clients.</summary>
    public void Left(ReadOnlySpan<Packet> left)
    {
        for (int i = 0; i < left.Length; i++)
            if (left[i].Length > 0 && _asked[i] is { AtServer: null } conversation) conversation.AtServer = left[i];
        _asked.Clear();
    }

    private Conversation Open()
    {
        Protocol protocol = Pick(Protocols);
        if (family == IpFamily.IPv6 && protocol == Protocol.Icmp) protocol = Protocol.IcmpV6;
        IpAddr destination = Pick(RandomPackets.Addresses);
        return new Conversation(new Packet
        {
            Source = RandomPackets.In(family, Pick(RandomPackets.Addresses)),
            Destination = RandomPackets.In(family, destination),
            SourcePort = (ushort)(40000 + random.NextBelow(5)),
            DestinationPort = protocol switch
            {
                Protocol.Icmp => 8 << 8,
                Protocol.IcmpV6 => 128 << 8,
                _ => Pick(RandomPackets.Ports),
            },
            Protocol = protocol,
            Flags = TcpFlags.Syn,
            Ttl = 64,
            WindowScale = 7,
            Window = 64240,
            Sequence = 1000,
            Length = 60,
        });
    }

    private Packet Request(Conversation conversation)
    {
        if (!conversation.IsAnswered) return conversation.Opening;
        Packet packet = conversation.Opening with { WindowScale = -1, Sequence = conversation.ClientNext, Acknowledgment = conversation.ServerNext };
        if (packet.Protocol != Protocol.Tcp) return packet;
        Segment(ref packet, ref conversation.ClientNext);
        return packet;
    }

    private Packet Answer(Conversation conversation)
    {
        Packet seen = conversation.AtServer!.Value;
        bool isIcmp = seen.Protocol is Protocol.Icmp or Protocol.IcmpV6;
        Packet packet = seen with
        {
            Source = seen.Destination,
            Destination = seen.Source,
            SourcePort = isIcmp ? seen.SourcePort : seen.DestinationPort,
            DestinationPort = isIcmp ? (ushort)(seen.Protocol == Protocol.Icmp ? 0 : 129 << 8) : seen.SourcePort,
            Ttl = 64,
            Sequence = conversation.ServerNext,
            Acknowledgment = conversation.ClientNext,
            WindowScale = -1,
        };
        if (random.NextBelow(30) == 0) return Error(seen);
        if (conversation.IsAnswered)
        {
            if (packet.Protocol == Protocol.Tcp) Segment(ref packet, ref conversation.ServerNext);
            return packet;
        }

        conversation.IsAnswered = true;
        return packet with { Flags = TcpFlags.Syn | TcpFlags.Ack, Sequence = conversation.ServerNext - 1, WindowScale = 7 };
    }

    /// <summary>Mostly data in order; now and then what ends or disturbs a connection.</summary>
    private void Segment(ref Packet packet, ref uint next)
    {
        packet.Flags = TcpFlags.Ack | (random.NextBelow(2) == 0 ? TcpFlags.Psh : TcpFlags.None);
        packet.PayloadLength = (int)random.NextBelow(1400);
        packet.Length = 52 + packet.PayloadLength;
        switch (random.NextBelow(40))
        {
            case 0: packet.Flags |= TcpFlags.Fin; break;
            case 1: packet.Flags = TcpFlags.Rst | TcpFlags.Ack; break;
            case 2: packet.Flags = TcpFlags.Syn; break;
            case 3: packet.Flags = (TcpFlags)random.NextBelow(64); break;
            case 4: packet.Sequence += random.NextUInt32(); return;
            case 5: packet.Acknowledgment += random.NextBelow(100_000); return;
            case 6: packet.Acknowledgment -= random.NextBelow(100_000); return;
            case 7: packet.Sequence -= random.NextBelow(100_000); return;
            case 8: packet.Window = 0; break;
            case 9: packet.Flags |= TcpFlags.Urg; break;
            case 10 or 11: return; // sent again: the next one has the same sequence number
        }

        next += (uint)packet.PayloadLength;
    }

    /// <summary>An ICMP error of the server's host about what it received.</summary>
    private Packet Error(in Packet about) => new()
    {
        Source = about.Destination,
        Destination = about.Source,
        Protocol = family == IpFamily.IPv4 ? Protocol.Icmp : Protocol.IcmpV6,
        DestinationPort = family == IpFamily.IPv4 ? (ushort)(3 << 8 | 3) : (ushort)(1 << 8 | 4),
        Quoted = about.Tuple,
        Ttl = 64,
        Length = 88,
    };

    private T Pick<T>(T[] of) => of[random.NextBelow((uint)of.Length)];

    private sealed class Conversation(Packet opening)
    {
        public uint ClientNext = 1001, ServerNext = 5001;

        public Packet Opening { get; } = opening;

        /// <summary>The first packet as it left the node.</summary>
        public Packet? AtServer { get; set; }

        public bool IsAnswered { get; set; }
    }
}
