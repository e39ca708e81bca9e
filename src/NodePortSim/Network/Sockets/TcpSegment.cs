using NodePortSim.Net;

namespace NodePortSim.Network.Sockets;

/// <summary>Makes TCP segments of the sizes that Linux sends: a SYN with 20 bytes of options, others with 12 (timestamps).</summary>
internal static class TcpSegment
{
    /// <summary>The window scale that both sides offer.</summary>
    public const sbyte WindowScale = 7;

    /// <summary>The window of a SYN, unscaled, in bytes.</summary>
    private const ushort SynWindow = 64240;

    /// <summary>The window of later segments: 502 × 2⁷ bytes.</summary>
    private const ushort ScaledWindow = 502;

    public static Packet Make(in FlowTuple tuple, TcpFlags flags, uint sequence, uint acknowledgment, int payload, int ttl)
    {
        bool syn = (flags & TcpFlags.Syn) != 0;
        int header = HeaderLength(tuple.Source) + (syn ? 40 : 32);
        return new Packet
        {
            Source = tuple.Source,
            Destination = tuple.Destination,
            SourcePort = tuple.SourcePort,
            DestinationPort = tuple.DestinationPort,
            Protocol = Protocol.Tcp,
            Flags = flags,
            Ttl = (byte)ttl,
            WindowScale = syn ? WindowScale : (sbyte)-1,
            Window = syn ? SynWindow : ScaledWindow,
            Sequence = sequence,
            Acknowledgment = acknowledgment,
            PayloadLength = payload,
            Length = header + payload,
        };
    }

    /// <summary>The RST that a stack without a socket answers a segment with (RFC 9293, 3.10.7.1).</summary>
    public static Packet ResetFor(in Packet segment)
    {
        bool acknowledged = (segment.Flags & TcpFlags.Ack) != 0;
        uint end = unchecked(segment.Sequence + SequenceLength(segment));
        return new Packet
        {
            Source = segment.Destination,
            Destination = segment.Source,
            SourcePort = segment.DestinationPort,
            DestinationPort = segment.SourcePort,
            Protocol = Protocol.Tcp,
            Flags = acknowledged ? TcpFlags.Rst : TcpFlags.Rst | TcpFlags.Ack,
            Ttl = 64,
            WindowScale = -1,
            Sequence = acknowledged ? segment.Acknowledgment : 0,
            Acknowledgment = acknowledged ? 0 : end,
            Length = HeaderLength(segment.Source) + 20,
        };
    }

    /// <summary>How much of the sequence space a segment takes: its payload, and one for SYN and FIN each.</summary>
    public static uint SequenceLength(in Packet segment) => (uint)segment.PayloadLength
        + ((segment.Flags & TcpFlags.Syn) != 0 ? 1u : 0u)
        + ((segment.Flags & TcpFlags.Fin) != 0 ? 1u : 0u);

    /// <summary>The length of the IP header in bytes.</summary>
    public static int HeaderLength(IpAddr address) => address.IsIPv4 ? 20 : 40;
}
