using System.Buffers.Binary;
using System.Net;

namespace NodePortSim.Tests.Simulation.Captures;

/// <summary>Reads the bytes of an IP packet, and checks lengths and checksums in a way of its own: no code of the library.</summary>
internal sealed record WirePacket(string Text, int Ttl, byte[] Segment)
{
    public static WirePacket Read(byte[] bytes, int length)
    {
        bool v4 = bytes[0] >> 4 == 4;
        int header = v4 ? 20 : 40;
        int said = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(v4 ? 2 : 4)) + (v4 ? 0 : header);
        said.Should().Be(length, "the header says how long the packet is");
        if (v4) Sum(bytes[..header]).Should().Be(0xFFFF, "the IPv4 header's checksum is right");
        int protocol = bytes[v4 ? 9 : 6];
        byte[] addresses = v4 ? bytes[12..20] : bytes[8..40];
        var source = new IPAddress(addresses[..(addresses.Length / 2)]);
        var destination = new IPAddress(addresses[(addresses.Length / 2)..]);
        byte[] segment = bytes[header..];
        if (bytes.Length == length) CheckSum(protocol, segment, addresses);
        string text = protocol is 1 or 58
            ? $"{protocol} {source} > {destination} type {segment[0]} code {segment[1]} about {Quoted(segment[8..])}"
            : $"{protocol} {source}:{Port(segment, 0)} > {destination}:{Port(segment, 2)}";
        return new WirePacket(text, bytes[v4 ? 8 : 7], segment);
    }

    // Only the beginning of a quoted packet needs to be there.
    private static string Quoted(byte[] bytes)
    {
        bool v4 = bytes[0] >> 4 == 4;
        if (v4) Sum(bytes[..20]).Should().Be(0xFFFF, "the quoted IPv4 header's checksum is right");
        byte[] addresses = v4 ? bytes[12..20] : bytes[8..40];
        byte[] segment = bytes[(v4 ? 20 : 40)..];
        return $"{bytes[v4 ? 9 : 6]} {new IPAddress(addresses[..(addresses.Length / 2)])}:{Port(segment, 0)} > {new IPAddress(addresses[(addresses.Length / 2)..])}:{Port(segment, 2)}";
    }

    private static void CheckSum(int protocol, byte[] segment, byte[] addresses)
    {
        if (protocol == 132)
        {
            byte[] zeroed = [.. segment[..8], 0, 0, 0, 0, .. segment[12..]];
            BinaryPrimitives.ReadUInt32LittleEndian(segment.AsSpan(8)).Should().Be(Crc32c(zeroed), "the CRC32c is right");
            return;
        }

        byte[] pseudo = protocol == 1 ? [] : [.. addresses, 0, (byte)protocol, (byte)(segment.Length >> 8), (byte)segment.Length];
        Sum([.. pseudo, .. segment]).Should().Be(0xFFFF, "the checksum of protocol {0} is right", protocol);
    }

    private static int Sum(byte[] bytes)
    {
        long sum = 0;
        for (int i = 0; i < bytes.Length; i++) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        return (int)(sum % 0xFFFF) is var rest && rest == 0 ? 0xFFFF : rest;
    }

    private static uint Crc32c(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    private static int Port(byte[] segment, int at) => BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(at));
}
