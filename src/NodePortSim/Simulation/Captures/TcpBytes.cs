using System.Buffers.Binary;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Captures;

/// <summary>Makes the bytes of a TCP segment, with the options that Linux sends: on a SYN all that it offers, otherwise timestamps.</summary>
internal static class TcpBytes
{
    private const int Header = 20;
    private const int MaxOptions = 40;

    /// <summary>The length of the options of a SYN: MSS 4, SACK permitted 2, timestamps 10, padding 1, window scale 3.</summary>
    private const int SynOptions = 20;

    /// <summary>The length of the timestamps with their padding.</summary>
    private const int TimestampOptions = 12;

    /// <summary>An MTU of 1500 bytes.</summary>
    private const int Mtu = 1500;

    /// <summary>The bytes, with a checksum of zero; what the length leaves beside header and payload is options.</summary>
    public static byte[] Of(in Packet packet, in PacketOrigin origin, int length)
    {
        int options = Math.Clamp(length - Header - packet.PayloadLength, 0, MaxOptions) & ~3;
        var header = new byte[Header + options];
        BinaryPrimitives.WriteUInt16BigEndian(header, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), packet.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), packet.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), packet.Acknowledgment);
        header[12] = (byte)(header.Length / 4 << 4);
        header[13] = (byte)packet.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), packet.Window);
        WriteOptions(header.AsSpan(Header), packet, origin);
        return [.. header, .. TransportBytes.Payload(packet.PayloadLength)];
    }

    private static void WriteOptions(Span<byte> options, in Packet packet, in PacketOrigin origin)
    {
        // What is not written stays zero: the end of the list.
        if ((packet.Flags & TcpFlags.Syn) != 0 && packet.WindowScale >= 0 && options.Length >= SynOptions)
        {
            (options[0], options[1]) = (2, 4);
            BinaryPrimitives.WriteUInt16BigEndian(options[2..], (ushort)(Mtu - (packet.Source.IsIPv4 ? 20 : 40) - Header));
            (options[4], options[5]) = (4, 2);
            WriteTimestamps(options[6..], packet, origin);
            (options[16], options[17], options[18], options[19]) = (1, 3, 3, (byte)packet.WindowScale);
        }
        else if (options.Length >= TimestampOptions)
        {
            (options[0], options[1]) = (1, 1);
            WriteTimestamps(options[2..], packet, origin);
        }
    }

    private static void WriteTimestamps(Span<byte> option, in Packet packet, in PacketOrigin origin)
    {
        (option[0], option[1]) = (8, 10);
        BinaryPrimitives.WriteUInt32BigEndian(option[2..], origin.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(option[6..], (packet.Flags & TcpFlags.Ack) != 0 ? origin.Echo : 0);
    }
}
