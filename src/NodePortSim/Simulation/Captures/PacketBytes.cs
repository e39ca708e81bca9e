using System.Buffers.Binary;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Captures;

/// <summary>Makes the bytes of an IP packet, checksums included.</summary>
internal static class PacketBytes
{
    private const int HeaderIPv4 = 20;
    private const int HeaderIPv6 = 40;

    /// <summary>What Linux marks its ICMP errors with: internetwork control.</summary>
    private const byte ErrorTrafficClass = 0xC0;

    public static byte[] Of(in Packet packet, in PacketOrigin origin)
    {
        int header = packet.Source.IsIPv4 ? HeaderIPv4 : HeaderIPv6;
        byte[] segment = TransportBytes.Of(packet, origin, packet.Length - header);
        var bytes = new byte[header + segment.Length];
        segment.CopyTo(bytes, header);
        Span<byte> addresses = packet.Source.IsIPv4 ? WriteIPv4(bytes, packet) : WriteIPv6(bytes, packet, segment.Length);
        TransportBytes.WriteChecksum(bytes.AsSpan(header), packet.Protocol, InternetChecksum.PseudoHeader(addresses, (byte)packet.Protocol, segment.Length));
        return bytes;
    }

    private static Span<byte> WriteIPv4(Span<byte> bytes, in Packet packet)
    {
        bytes[0] = 0x45;
        bytes[1] = packet.IsIcmpError ? ErrorTrafficClass : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)bytes.Length);
        // Sockets discover the path's MTU: their packets may not be fragmented, so that their identification means nothing.
        bytes[6] = packet.IsIcmpError ? (byte)0 : (byte)0x40;
        bytes[8] = packet.Ttl;
        bytes[9] = (byte)packet.Protocol;
        packet.Source.WriteBytes(bytes[12..]);
        packet.Destination.WriteBytes(bytes[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], InternetChecksum.Of(bytes[..HeaderIPv4]));
        return bytes[12..HeaderIPv4];
    }

    private static Span<byte> WriteIPv6(Span<byte> bytes, in Packet packet, int payload)
    {
        bytes[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)payload);
        bytes[6] = (byte)packet.Protocol;
        bytes[7] = packet.Ttl;
        packet.Source.WriteBytes(bytes[8..]);
        packet.Destination.WriteBytes(bytes[24..]);
        return bytes[8..HeaderIPv6];
    }
}
