using System.Diagnostics.CodeAnalysis;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What conntrack knows of one side of a TCP connection (spec netfilter-datapath 2.8).</summary>
internal struct TcpSide
{
    /// <summary>The highest sequence number plus length that the side sent.</summary>
    public uint End;

    /// <summary>The highest right edge that its peer allowed.</summary>
    public uint MaxEnd;

    /// <summary>The largest window that the side advertised, in bytes; 0 until it was heard.</summary>
    public uint MaxWindow;

    /// <summary>The highest acknowledgment number that the side sent.</summary>
    public uint MaxAcknowledgment;

    /// <summary>The window scale, in bits.</summary>
    public byte Scale;

    public TcpSideFlags Flags;
}

[Flags]
internal enum TcpSideFlags : byte
{
    None = 0,

    /// <summary>The SYN carried the window scale option.</summary>
    WindowScale = 1,

    /// <summary>The side began an orderly close.</summary>
    CloseInit = 2,

    /// <summary>The side sent data that was not acknowledged yet.</summary>
    DataUnacknowledged = 4,

    /// <summary>Segments outside the window pass.</summary>
    Liberal = 8,

    /// <summary><see cref="TcpSide.MaxAcknowledgment"/> is known.</summary>
    MaxAcknowledgmentSet = 16,

    /// <summary>Of a flow: both sides opened it.</summary>
    SimultaneousOpen = 32,

    /// <summary>Of a flow: an ignored SYN in LAST_ACK may be answered by a challenge ACK (RFC 5961).</summary>
    ExpectChallengeAck = 64,
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

/// <summary>TCP's cold part of an entry: both sides, and the last packet.</summary>
internal struct TcpFlow
{
    public TcpSide Original;
    public TcpSide Reply;
    public uint LastSequence;
    public uint LastAcknowledgment;
    public uint LastEnd;
    public ushort LastWindow;
    public byte LastScale;
    public TcpSideFlags LastFlags;
    public TcpPacketClass LastClass;
    public bool LastWasReply;
    public byte Retransmissions;

    [UnscopedRef]
    public ref TcpSide Side(bool reply)
    {
        if (reply) return ref Reply;
        return ref Original;
    }
}
