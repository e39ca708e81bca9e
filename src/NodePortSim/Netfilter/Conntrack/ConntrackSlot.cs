using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>One entry in the table's array: what look-ups, NAT and timeouts touch. TCP's window data lives in <see cref="TcpFlow"/>.</summary>
internal struct ConntrackSlot
{
    /// <summary>The first packet's tuple; NAT never changes it.</summary>
    public FlowTuple Original;

    /// <summary>The tuple that answers are expected to have; NAT changes only this one (spec netfilter-datapath 2.1).</summary>
    public FlowTuple Reply;

    /// <summary>When the entry ends, as a timestamp; while it is unconfirmed, the length of its first timeout.</summary>
    public long Expires;

    /// <summary>When its first packet came, as a timestamp.</summary>
    public long Created;

    /// <summary>The place in the order of creation, from 1; 0 in a free slot.</summary>
    public long Serial;

    public uint OriginalHash;

    public uint ReplyHash;

    /// <summary>The next link of the bucket's chain in which the original tuple hangs; 0 ends it.</summary>
    public int NextOriginal;

    /// <summary>The next link of the bucket's chain in which the reply tuple hangs; 0 ends it.</summary>
    public int NextReply;

    /// <summary>Neighbours in the chain of translated sources, as entry numbers; 0 for none. In a free slot the next free one.</summary>
    public int NextBySource;

    public int PreviousBySource;

    /// <summary>The interface that a masqueraded flow leaves by; 0 for none (spec netfilter-datapath 3.7).</summary>
    public int MasqueradeInterface;

    /// <summary>The flow's mark, which CONNMARK sets; not a packet's mark.</summary>
    public uint Mark;

    /// <summary>The way that the last such packet of the original direction took, as <see cref="Paths.PathTable"/> numbers it; any number while there is none.</summary>
    public ushort OriginalPath;

    /// <summary>The way of packets of the reply direction.</summary>
    public ushort ReplyPath;

    public ConntrackStatus Status;

    /// <summary>A <see cref="TcpState"/> or <see cref="SctpState"/>, by the protocol.</summary>
    public byte State;

    /// <summary>Whether the entry's change awaits its UPDATE event, which is given when the packet leaves.</summary>
    public bool Changed;

    /// <summary>Whether packets are counted: the sysctl was on when the entry was created.</summary>
    public bool Accounted;

    public readonly bool Has(ConntrackStatus status) => (Status & status) != 0;

    /// <summary>The tuple of one direction.</summary>
    public readonly FlowTuple Tuple(bool reply) => reply ? Reply : Original;
}

/// <summary>What an entry counts while <c>nf_conntrack_acct</c> is on.</summary>
internal struct ConntrackAccounts
{
    public long OriginalPackets;
    public long OriginalBytes;
    public long ReplyPackets;
    public long ReplyBytes;
}
