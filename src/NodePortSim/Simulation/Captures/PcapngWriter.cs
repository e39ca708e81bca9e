using System.Buffers.Binary;
using System.Text;

namespace NodePortSim.Simulation.Captures;

/// <summary>Writes captures in the format pcapng, version 1.0: a section, an interface description for each interface, an enhanced packet block for each packet.</summary>
internal static class PcapngWriter
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;

    private const ushort EndOfOptions = 0;
    private const ushort Comment = 1;
    private const ushort UserApplication = 4;
    private const ushort InterfaceName = 2;
    private const ushort InterfaceDescriptionText = 3;
    private const ushort TimestampResolution = 9;
    private const ushort PacketFlags = 2;

    /// <summary>Packets begin with the IP header.</summary>
    private const ushort LinkTypeRaw = 101;

    /// <summary>The longest value of an option, in bytes.</summary>
    private const int MaxOption = ushort.MaxValue;

    public static byte[] Write(Capture capture)
    {
        var file = new List<byte>();
        Block(file, SectionHeader, [.. UInt32(0x1A2B3C4D), .. UInt16(1), .. UInt16(0), .. UInt64(ulong.MaxValue)], TextOption(Comment, capture.Comment), TextOption(UserApplication, "NodePortSim"));
        foreach (CaptureInterface place in capture.Interfaces)
        {
            Block(
                file, InterfaceDescription, [.. UInt16(LinkTypeRaw), .. UInt16(0), .. UInt32(0)],
                TextOption(InterfaceName, place.Name), TextOption(InterfaceDescriptionText, place.Description), Option(TimestampResolution, [9]));
        }

        foreach (CapturedPacket packet in capture.Packets)
        {
            ulong nanoseconds = (ulong)(packet.Time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
            Block(
                file, EnhancedPacket,
                [.. UInt32((uint)packet.Interface), .. UInt32((uint)(nanoseconds >> 32)), .. UInt32((uint)nanoseconds), .. UInt32((uint)packet.Bytes.Count), .. UInt32((uint)packet.Length), .. Padded([.. packet.Bytes])],
                Option(PacketFlags, UInt32(packet.IsOutbound ? 2u : 1u)), TextOption(Comment, packet.Comment));
        }

        return [.. file];
    }

    private static void Block(List<byte> file, uint type, byte[] body, params byte[][] options)
    {
        byte[] all = [.. body, .. options.SelectMany(static option => option), .. Option(EndOfOptions, [])];
        byte[] length = UInt32((uint)(12 + all.Length));
        file.AddRange([.. UInt32(type), .. length, .. all, .. length]);
    }

    private static byte[] TextOption(ushort code, string text)
    {
        if (text.Length == 0) return [];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Option(code, bytes.Length > MaxOption ? bytes[..MaxOption] : bytes);
    }

    private static byte[] Option(ushort code, byte[] value) => [.. UInt16(code), .. UInt16((ushort)value.Length), .. Padded(value)];

    private static byte[] Padded(byte[] value) => [.. value, .. new byte[-value.Length & 3]];

    private static byte[] UInt16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] UInt64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
