using System.Buffers.Binary;
using System.Numerics;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Captures;

/// <summary>Makes the bytes of an SCTP packet with one chunk (RFC 9260, 3).</summary>
internal static class SctpBytes
{
    private const int Header = 12;
    private const byte Init = 1;
    private const byte InitAck = 2;

    /// <summary>The length of the fields that INIT and INIT ACK begin with.</summary>
    private const int InitFields = 20;

    // Tags of the two ends. NAT does not touch them, so they may not depend on addresses.
    private const uint ClientTag = 0x4E505301;
    private const uint ServerTag = 0x4E505302;

    /// <summary>The bytes, with a checksum of zero.</summary>
    public static byte[] Of(in Packet packet, int length)
    {
        byte type = (byte)packet.Flags;
        byte[] chunk = [.. new byte[4], .. TransportBytes.Payload(Math.Max(0, length - Header - 4))];
        chunk[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(2), (ushort)chunk.Length);
        if (type is Init or InitAck && chunk.Length >= InitFields) WriteInit(chunk);
        byte[] bytes = [.. new byte[Header], .. chunk];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), packet.DestinationPort);
        // The tag of the receiver: of the client in what answers its INIT.
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), type == Init ? 0 : ClientTag);
        return bytes;
    }

    /// <summary>Fills in the CRC32c, least significant byte first (RFC 9260, appendix A).</summary>
    public static void WriteChecksum(Span<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = BitOperations.Crc32C(crc, value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], ~crc);
    }

    private static void WriteInit(Span<byte> chunk)
    {
        bool isAnswer = chunk[0] == InitAck;
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], isAnswer ? ServerTag : ClientTag);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[8..], 106496);
        BinaryPrimitives.WriteUInt16BigEndian(chunk[12..], 10);
        BinaryPrimitives.WriteUInt16BigEndian(chunk[14..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[16..], 1);
        Span<byte> parameters = chunk[InitFields..];
        if (parameters.Length < 8) return;
        // An answer's is the cookie; otherwise that the client knows ECN and FORWARD TSN.
        BinaryPrimitives.WriteUInt16BigEndian(parameters, isAnswer ? (ushort)7 : (ushort)0x8000);
        BinaryPrimitives.WriteUInt16BigEndian(parameters[2..], isAnswer ? (ushort)parameters.Length : (ushort)4);
        if (isAnswer) return;
        BinaryPrimitives.WriteUInt16BigEndian(parameters[4..], 0xC000);
        BinaryPrimitives.WriteUInt16BigEndian(parameters[6..], 4);
    }
}
