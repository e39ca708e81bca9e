using System.Buffers.Binary;
using System.Text;

namespace NodePortSim.Tests.Simulation.Captures;

/// <summary>Reads pcapng files by the book, and refuses what is not: block lengths, padding, order, options.</summary>
internal static class PcapngReader
{
    public static PcapngFile Read(byte[] bytes)
    {
        var file = new PcapngFile();
        for (int at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> block = bytes.AsSpan(at);
            uint type = Word(block);
            int length = (int)Word(block[4..]);
            (length % 4).Should().Be(0, "a block ends on a 32-bit boundary");
            Word(block[(length - 4)..]).Should().Be((uint)length, "a block ends with its length");
            Read(file, type, block[8..(length - 4)]);
            (type == 0x0A0D0D0A).Should().Be(at == 0, "the section header is first, and there is one");
            at += length;
        }

        return file;
    }

    private static void Read(PcapngFile file, uint type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case 0x0A0D0D0A:
                Word(body).Should().Be(0x1A2B3C4D);
                BinaryPrimitives.ReadUInt32LittleEndian(body[4..]).Should().Be(1, "the version is 1.0");
                file.Comment = Text(Options(body[16..]), 1);
                break;
            case 1:
                BinaryPrimitives.ReadUInt16LittleEndian(body).Should().Be(101, "packets are raw IP");
                List<(ushort Code, byte[] Value)> options = Options(body[8..]);
                options.Single(static option => option.Code == 9).Value.Should().Equal(9);
                file.Interfaces.Add((Text(options, 2), Text(options, 3)));
                break;
            case 6:
                int captured = (int)Word(body[12..]);
                int padded = (captured + 3) & ~3;
                body[(20 + captured)..(20 + padded)].ToArray().Should().AllBeEquivalentTo((byte)0);
                options = Options(body[(20 + padded)..]);
                file.Packets.Add(new PcapngPacket(
                    (int)Word(body), ((ulong)Word(body[4..]) << 32) | Word(body[8..]), (int)Word(body[16..]), body[20..(20 + captured)].ToArray(),
                    Word(options.Single(static option => option.Code == 2).Value) == 2, Text(options, 1)));
                break;
            default:
                throw new InvalidDataException($"block type {type}");
        }
    }

    private static List<(ushort Code, byte[] Value)> Options(ReadOnlySpan<byte> bytes)
    {
        var options = new List<(ushort, byte[])>();
        while (true)
        {
            ushort code = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            ushort length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            if (code == 0)
            {
                bytes.Length.Should().Be(4, "the end of options is the end of the block");
                return options;
            }

            options.Add((code, bytes[4..(4 + length)].ToArray()));
            bytes = bytes[(4 + ((length + 3) & ~3))..];
        }
    }

    private static string Text(List<(ushort Code, byte[] Value)> options, ushort code) =>
        options.Where(option => option.Code == code).Select(static option => Encoding.UTF8.GetString(option.Value)).SingleOrDefault("");

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}

internal sealed class PcapngFile
{
    public string Comment { get; set; } = "";

    public List<(string Name, string Description)> Interfaces { get; } = [];

    public List<PcapngPacket> Packets { get; } = [];
}

internal sealed record PcapngPacket(int Interface, ulong Nanoseconds, int Length, byte[] Bytes, bool IsOutbound, string Comment);
