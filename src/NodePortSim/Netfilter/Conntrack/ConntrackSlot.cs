using System.Runtime.InteropServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>One entry in the table's array: what look-ups, NAT and timeouts touch. TCP's window data lives in <see cref="TcpFlow"/>.</summary>
/// <remarks>
/// 56 bytes. What a look-up compares comes first. Addresses are in 32 bits each, as <see cref="TupleKey"/> has them; ask the store for whole tuples.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ConntrackSlot
{
    private const int InterfaceBits = 24;
    private const ushort ChangedBit = 1 << 6, AccountedBit = 1 << 11, OriginalWideBit = 1 << 13, ReplyWideBit = 1 << 14, ToItselfBit = 1 << 15;
    private const ushort StatusBits = unchecked((ushort)~(ChangedBit | AccountedBit | OriginalWideBit | ReplyWideBit | ToItselfBit));

    /// <summary>The addresses of the first packet's tuple; NAT never changes it.</summary>
    public ulong OriginalAddresses;

    public uint OriginalPorts;

    private ushort _bits;

    /// <summary>The layer-4 protocol of both tuples.</summary>
    public Protocol Protocol;

    /// <summary>A <see cref="TcpState"/> or <see cref="SctpState"/>, by the protocol.</summary>
    public byte State;

    /// <summary>
    /// When the entry ends, as a timestamp; while it is unconfirmed, the length of its first timeout. Of a removed entry the number of another one.
    /// </summary>
    public long Expires;

    /// <summary>The addresses of the tuple that answers are expected to have; NAT changes only this one (spec netfilter-datapath 2.1).</summary>
    public ulong ReplyAddresses;

    public uint ReplyPorts;

    /// <summary>The way that the last packet of the original direction took, as <see cref="Paths.PathTable"/> numbers it; any number while there is none.</summary>
    public ushort OriginalPath;

    /// <summary>The way of packets of the reply direction.</summary>
    public ushort ReplyPath;

    /// <summary>When its first packet came, as a timestamp.</summary>
    public long Created;

    private ulong _serialAndInterface;

    /// <summary>The place in the order of creation, from 1, in 40 bits; 0 in a slot that was never used.</summary>
    public long Serial
    {
        readonly get => (long)(_serialAndInterface >> InterfaceBits);
        set => _serialAndInterface = (ulong)value << InterfaceBits | _serialAndInterface & ((1UL << InterfaceBits) - 1);
    }

    /// <summary>The interface that a masqueraded flow leaves by, in 24 bits; 0 for none (spec netfilter-datapath 3.7).</summary>
    public int MasqueradeInterface
    {
        readonly get => (int)_serialAndInterface & ((1 << InterfaceBits) - 1);
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (1u << InterfaceBits) - 1);
            _serialAndInterface = _serialAndInterface >> InterfaceBits << InterfaceBits | (uint)value;
        }
    }

    public ConntrackStatus Status
    {
        readonly get => (ConntrackStatus)(_bits & StatusBits);
        set => _bits = (ushort)(_bits & ~StatusBits | (ushort)value);
    }

    /// <summary>Whether the entry's change awaits its UPDATE event, which is given when the packet leaves.</summary>
    public bool Changed
    {
        readonly get => (_bits & ChangedBit) != 0;
        set => Set(ChangedBit, value);
    }

    /// <summary>Whether packets are counted: the sysctl was on when the entry was created.</summary>
    public bool Accounted
    {
        readonly get => (_bits & AccountedBit) != 0;
        set => Set(AccountedBit, value);
    }

    /// <summary>Whether both tuples are the same.</summary>
    public bool IsToItself
    {
        readonly get => (_bits & ToItselfBit) != 0;
        set => Set(ToItselfBit, value);
    }

    public readonly bool Has(ConntrackStatus status) => (_bits & (ushort)status) != 0;

    /// <summary>Whether some address of the tuple is not IPv4, so that the store holds it elsewhere.</summary>
    public readonly bool IsWide(bool reply) => (_bits & (reply ? ReplyWideBit : OriginalWideBit)) != 0;

    public void SetWide(bool reply, bool wide) => Set(reply ? ReplyWideBit : OriginalWideBit, wide);

    /// <summary>Whether the tuple of one direction is that of the key; of a wide one whether it may be.</summary>
    public readonly bool MayBe(in TupleKey key, bool reply) =>
        (reply ? ReplyAddresses : OriginalAddresses) == key.Addresses
        && (reply ? ReplyPorts : OriginalPorts) == key.Ports
        && Protocol == key.Protocol
        && IsWide(reply) == key.IsWide;

    private void Set(ushort bit, bool value) => _bits = (ushort)(value ? _bits | bit : _bits & ~bit);
}

/// <summary>The whole addresses of an entry that has other than IPv4 ones.</summary>
internal struct WideAddresses
{
    public IpAddr OriginalSource;
    public IpAddr OriginalDestination;
    public IpAddr ReplySource;
    public IpAddr ReplyDestination;
}

/// <summary>What an entry counts while <c>nf_conntrack_acct</c> is on.</summary>
internal struct ConntrackAccounts
{
    public long OriginalPackets;
    public long OriginalBytes;
    public long ReplyPackets;
    public long ReplyBytes;
}
