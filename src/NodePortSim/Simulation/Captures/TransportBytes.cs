using System.Buffers.Binary;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Captures;

/// <summary>Makes the bytes of a layer-4 packet.</summary>
internal static class TransportBytes
{
    private const int UdpHeader = 8;
    private const int IcmpHeader = 8;

    /// <summary>The bytes, with a checksum of zero.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="origin">What its maker knew.</param>
    /// <param name="length">How long they are, in bytes; a packet whose fields take more is longer.</param>
    public static byte[] Of(in Packet packet, in PacketOrigin origin, int length) => packet.Protocol switch
    {
        Protocol.Tcp => TcpBytes.Of(packet, origin, length),
        Protocol.Udp => Udp(packet, length),
        Protocol.Sctp => SctpBytes.Of(packet, length),
        Protocol.Icmp or Protocol.IcmpV6 => Icmp(packet, origin, length),
        _ => Payload(Math.Max(0, length)),
    };

    /// <summary>Fills the checksum in.</summary>
    /// <param name="segment">The bytes.</param>
    /// <param name="protocol">Their protocol.</param>
    /// <param name="pseudoHeader">The sum of the pseudo header.</param>
    public static void WriteChecksum(Span<byte> segment, Protocol protocol, uint pseudoHeader)
    {
        switch (protocol)
        {
            case Protocol.Tcp:
                BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Of(segment, pseudoHeader));
                break;
            case Protocol.Udp:
                ushort checksum = InternetChecksum.Of(segment, pseudoHeader);
                // Zero means none (RFC 768).
                BinaryPrimitives.WriteUInt16BigEndian(segment[6..], checksum == 0 ? ushort.MaxValue : checksum);
                break;
            case Protocol.Icmp:
                BinaryPrimitives.WriteUInt16BigEndian(segment[2..], InternetChecksum.Of(segment));
                break;
            case Protocol.IcmpV6:
                BinaryPrimitives.WriteUInt16BigEndian(segment[2..], InternetChecksum.Of(segment, pseudoHeader));
                break;
            case Protocol.Sctp:
                SctpBytes.WriteChecksum(segment);
                break;
            default:
                break;
        }
    }

    /// <summary>Bytes for a payload that the simulation knows the length of: letters, the same ones always.</summary>
    public static byte[] Payload(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)('a' + (i % 26));
        return bytes;
    }

    private static byte[] Udp(in Packet packet, int length)
    {
        byte[] bytes = [.. new byte[UdpHeader], .. Payload(Math.Max(0, length - UdpHeader))];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), packet.DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)bytes.Length);
        return bytes;
    }

    private static byte[] Icmp(in Packet packet, in PacketOrigin origin, int length)
    {
        int rest = Math.Max(0, length - IcmpHeader);
        byte[] bytes = [.. new byte[IcmpHeader], .. packet.IsIcmpError ? Quote(packet.Quoted, origin, rest) : Payload(rest)];
        bytes[0] = packet.IcmpType;
        bytes[1] = packet.IcmpCode;
        if (packet.IsIcmpError) return bytes;
        // An echo's identifier, and its first sequence number.
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), packet.SourcePort);
        bytes[7] = 1;
        return bytes;
    }

    // As much of the packet as there is room for, with the flow that the error names: NAT rewrites it on the way (spec netfilter-datapath 2.10).
    private static byte[] Quote(in FlowTuple flow, in PacketOrigin origin, int room)
    {
        Packet about = origin.About ?? new Packet { Ttl = 1, WindowScale = -1, Length = room };
        about.Source = flow.Source;
        about.Destination = flow.Destination;
        about.SourcePort = flow.SourcePort;
        about.DestinationPort = flow.DestinationPort;
        about.Protocol = flow.Protocol;
        byte[] bytes = PacketBytes.Of(about, new PacketOrigin(origin.Echo, 0, null));
        return bytes.Length > room ? bytes[..room] : bytes;
    }
}
