using System.Buffers.Binary;

namespace NodePortSim.Simulation.Captures;

/// <summary>The checksum of IPv4, TCP, UDP and ICMP (RFC 1071): the complement of the ones' complement sum of all 16-bit words.</summary>
internal static class InternetChecksum
{
    /// <summary>The checksum of bytes after others whose sum is given.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, uint sum = 0)
    {
        sum = Add(sum, bytes);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>The sum of a pseudo header: addresses, protocol, length of the layer-4 packet (RFC 9293, 3.1; RFC 8200, 8.1).</summary>
    public static uint PseudoHeader(ReadOnlySpan<byte> addresses, byte protocol, int length) =>
        Add((uint)protocol + (uint)(length >> 16) + (uint)(length & 0xFFFF), addresses);

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 2; bytes = bytes[2..]) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.Length == 1 ? sum + ((uint)bytes[0] << 8) : sum;
    }
}
