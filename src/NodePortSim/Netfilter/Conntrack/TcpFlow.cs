using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What conntrack knows of one side of a TCP connection (spec netfilter-datapath 2.8).</summary>
/// <remarks>17 bytes, so that both sides and the last packet fit 52.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TcpSide
{
    private const int OfferBits = 15;

    /// <summary>The highest sequence number plus length that the side sent.</summary>
    public uint End;

    /// <summary>The highest right edge that its peer allowed.</summary>
    public uint MaxEnd;

    /// <summary>The largest window that the side advertised, in bytes; 0 until it was heard.</summary>
    public uint MaxWindow;

    /// <summary>The highest acknowledgment number that the side sent.</summary>
    public uint MaxAcknowledgment;

    private byte _bits;

    /// <summary>The window scale option of the side's SYN.</summary>
    public TcpScaleOffer Offer
    {
        readonly get => new((byte)(_bits & OfferBits));
        set => _bits = (byte)(_bits & ~OfferBits | value.Bits);
    }

    public TcpSideFlags Flags
    {
        readonly get => (TcpSideFlags)(_bits & ~OfferBits);
        set => _bits = (byte)(_bits & OfferBits | (byte)value);
    }
}

[Flags]
internal enum TcpSideFlags : byte
{
    None = 0,

    /// <summary>The side began an orderly close.</summary>
    CloseInit = 16,

    /// <summary>The side sent data that was not acknowledged yet.</summary>
    DataUnacknowledged = 32,

    /// <summary>Segments outside the window pass.</summary>
    Liberal = 64,

    /// <summary><see cref="TcpSide.MaxAcknowledgment"/> is known.</summary>
    MaxAcknowledgmentSet = 128,
}

[Flags]
internal enum TcpFlowFlags : byte
{
    None = 0,

    /// <summary>Both sides opened the flow.</summary>
    SimultaneousOpen = 16,

    /// <summary>An ignored SYN in LAST_ACK may be answered by a challenge ACK (RFC 5961).</summary>
    ExpectChallengeAck = 32,
}

/// <summary>The class of a segment by its flags, first match (spec netfilter-datapath 2.5).</summary>
internal enum TcpPacketClass : byte
{
    Syn,
    SynAck,
    Fin,
    Ack,
    Rst,
    None,
}

/// <summary>TCP's cold part of an entry: both sides, and the last packet; 52 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcpFlow
{
    private const int OfferBits = 15;

    public TcpSide Original;
    public TcpSide Reply;
    public ushort LastWindow;
    public uint LastSequence;
    public uint LastAcknowledgment;
    public uint LastEnd;
    public TcpPacketClass LastClass;
    public bool LastWasReply;
    public byte Retransmissions;
    private byte _bits;

    /// <summary>The window scale option of a SYN that was ignored.</summary>
    public TcpScaleOffer LastOffer
    {
        readonly get => new((byte)(_bits & OfferBits));
        set => _bits = (byte)(_bits & ~OfferBits | value.Bits);
    }

    public TcpFlowFlags LastFlags
    {
        readonly get => (TcpFlowFlags)(_bits & ~OfferBits);
        set => _bits = (byte)(_bits & OfferBits | (byte)value);
    }

    [UnscopedRef]
    public ref TcpSide Side(bool reply)
    {
        if (reply) return ref Reply;
        return ref Original;
    }
}
