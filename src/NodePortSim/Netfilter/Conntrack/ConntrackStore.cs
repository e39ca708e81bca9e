using System.Runtime.CompilerServices;
using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The entries of one table: chunks of structs with a free list. Entry numbers start at 1, and entries never move.</summary>
/// <remarks>
/// A number stays valid until the next packet begins (<see cref="BeginPacket"/>): removed entries leave the index at once, but their slots
/// are reused only then, since the packet that removed its own entry is still to be translated by it. This relies on packets running to
/// completion one after another in their namespace; there is no generation count. Not thread-safe.
/// </remarks>
internal sealed partial class ConntrackStore
{
    /// <summary>The most entries that a table holds: the index has no more bits for them. A margin is left for slots that one packet retires.</summary>
    public const int MaxEntries = (1 << TupleBucket.EntryBits) - (1 << 16);

    /// <summary>The hot part of each entry.</summary>
    public ChunkedArray<ConntrackSlot> Slots;

    /// <summary>TCP's part of each entry; there for TCP entries only.</summary>
    public ChunkedArray<TcpFlow> Tcp;

    /// <summary>The counters of each entry; there for accounted entries only.</summary>
    public ChunkedArray<ConntrackAccounts> Accounts;

    public ConntrackStatistics Statistics;

    private ChunkedArray<WideAddresses> _wide;
    private ChunkedArray<uint> _marks;
    private SourceIndex? _sources;
    private int _free, _retiredFirst, _retiredLast;
    private long _serial;

    public ConntrackStore(TupleHash hash)
    {
        Hash = hash;
        Slots.Prepare(0);
        _blocks.Prepare(0);
        for (int bucket = 0; bucket < FirstBuckets; bucket++) _buckets.Prepare(bucket);
    }

    public TupleHash Hash { get; }

    /// <summary>The entries in existence, unconfirmed and expired but not yet collected ones included.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the highest entry number ever given.</summary>
    public int Used { get; private set; } = 1;

    /// <summary>The instant of the packet in hand, as a timestamp.</summary>
    public long Now { get; private set; }

    /// <summary>Hears of changes; null while nobody listens.</summary>
    public ConntrackEventLog? Events { get; set; }

    /// <summary>A new packet begins: slots that the previous one retired become free.</summary>
    public void BeginPacket(long now)
    {
        Now = now;
        if (_retiredLast == 0) return;
        Slots[_retiredLast].Expires = _free;
        _free = _retiredFirst;
        _retiredFirst = _retiredLast = 0;
    }

    /// <summary>Sets the clock without ending the packet in hand.</summary>
    public void SetNow(long now) => Now = now;

    /// <summary>Opens an unconfirmed entry.</summary>
    public int Open(in FlowTuple original, in FlowTuple reply, in TupleKey originalKey, bool accounted)
    {
        int entry = _free;
        if (entry != 0)
        {
            _free = (int)Slots[entry].Expires;
        }
        else
        {
            entry = Used++;
            Slots.Prepare(entry);
            _blocks.Prepare(entry / ExpiryBlock.Entries);
        }

        if (original.Protocol == Protocol.Tcp) Tcp.Prepare(entry);
        if (accounted)
        {
            Accounts.Prepare(entry);
            Accounts[entry] = default;
        }

        if (_marks.Has(entry)) _marks[entry] = 0;
        Count++;
        ref ConntrackSlot slot = ref Slots[entry];
        slot = default;
        slot.OriginalAddresses = originalKey.Addresses;
        slot.OriginalPorts = originalKey.Ports;
        slot.Protocol = original.Protocol;
        slot.Created = Now;
        slot.Serial = ++_serial;
        slot.Accounted = accounted;
        if (originalKey.IsWide) SetWide(entry, original, reply: false);
        SetReply(entry, reply);
        return entry;
    }

    /// <summary>Changes the reply tuple of an unconfirmed entry.</summary>
    public void SetReply(int entry, in FlowTuple reply)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        bool isWide = !TupleKey.IsNarrow(reply);
        slot.ReplyAddresses = TupleKey.AddressesOf(reply, isWide);
        slot.ReplyPorts = TupleKey.PortsOf(reply);
        if (isWide) SetWide(entry, reply, reply: true);
        else slot.SetWide(reply: true, false);
    }

    /// <summary>The tuple of one direction.</summary>
    public FlowTuple Tuple(int entry, bool reply)
    {
        ref readonly ConntrackSlot slot = ref Slots[entry];
        ulong addresses = reply ? slot.ReplyAddresses : slot.OriginalAddresses;
        uint ports = reply ? slot.ReplyPorts : slot.OriginalPorts;
        var source = IpAddr.FromIPv4((uint)(addresses >> 32));
        var destination = IpAddr.FromIPv4((uint)addresses);
        if (slot.IsWide(reply))
        {
            ref readonly WideAddresses wide = ref _wide[entry];
            source = reply ? wide.ReplySource : wide.OriginalSource;
            destination = reply ? wide.ReplyDestination : wide.OriginalDestination;
        }

        return new FlowTuple(source, destination, (ushort)(ports >> 16), (ushort)ports, slot.Protocol);
    }

    /// <summary>Remembers that the entry's source is translated.</summary>
    public void LinkSource(int entry)
    {
        Slots[entry].Status |= ConntrackStatus.SourceNat;
        _sources?.Link(entry);
    }

    /// <summary>Finds the newest flow of the same source whose translated source lies in the range; 0 for none.</summary>
    public int FindSource(in FlowTuple original, in NatRange range) => (_sources ??= new SourceIndex(this)).Find(original, range);

    /// <summary>The flow's mark, which CONNMARK sets; not a packet's mark.</summary>
    public uint MarkOf(int entry) => _marks.Has(entry) ? _marks[entry] : 0;

    /// <summary>Sets the flow's mark.</summary>
    public void SetMark(int entry, uint mark)
    {
        _marks.Prepare(entry);
        _marks[entry] = mark;
    }

    /// <summary>Ends an entry, confirmed or not: it leaves the index at once, and its slot is reused after the packet in hand.</summary>
    public void Remove(int entry, bool byTool = false)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (slot.Has(ConntrackStatus.Dying)) return;
        if (slot.Has(ConntrackStatus.SourceNat)) _sources?.Unlink(entry);
        if (slot.Has(ConntrackStatus.Confirmed))
        {
            if (!slot.Has(ConntrackStatus.NatClash)) Unlink(entry, reply: false);
            Unlink(entry, reply: true);
            _blocks[entry / ExpiryBlock.Entries].Living--;
            Events?.Record(byTool ? ConntrackEventKind.DestroyByTool : ConntrackEventKind.Destroy, this, entry);
        }

        slot.Status |= ConntrackStatus.Dying;
        Count--;
        slot.Expires = 0;
        if (_retiredLast == 0) _retiredFirst = entry;
        else Slots[_retiredLast].Expires = entry;
        _retiredLast = entry;
    }

    /// <summary>Whether the number is that of an entry in the table that has not expired.</summary>
    public bool IsListed(int entry)
    {
        ref readonly ConntrackSlot slot = ref Slots[entry];
        return IsInTable(slot) && slot.Expires > Now && !slot.Has(ConntrackStatus.NatClash);
    }

    /// <summary>Whether the number is that of an entry in the table.</summary>
    public bool IsInTable(int entry) => IsInTable(Slots[entry]);

    /// <summary>A packet was accepted: its entry's time starts anew, and it is counted.</summary>
    public void Refresh(int entry, in Packet packet, bool reply, long timeout) => Refresh(entry, ref Slots[entry], packet, reply, timeout);

    /// <summary>The same for who has the entry's slot in hand.</summary>
    public void Refresh(int entry, ref ConntrackSlot slot, in Packet packet, bool reply, long timeout)
    {
        if (!slot.Has(ConntrackStatus.FixedTimeout))
        {
            if (slot.Has(ConntrackStatus.Confirmed)) SetExpiry(entry, ref slot, Now + timeout);
            else slot.Expires = timeout;
        }

        if (slot.Accounted) CountPacket(entry, packet, reply);
    }

    /// <summary>Counts a packet where its entry counts.</summary>
    public void Count1(int entry, in Packet packet, bool reply)
    {
        if (Slots[entry].Accounted) CountPacket(entry, packet, reply);
    }

    public static bool IsInTable(in ConntrackSlot slot) =>
        (slot.Status & (ConntrackStatus.Confirmed | ConntrackStatus.Dying)) == ConntrackStatus.Confirmed;

    private void CountPacket(int entry, in Packet packet, bool reply)
    {
        ref ConntrackAccounts accounts = ref Accounts[entry];
        (reply ? ref accounts.ReplyPackets : ref accounts.OriginalPackets)++;
        (reply ? ref accounts.ReplyBytes : ref accounts.OriginalBytes) += packet.Length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetWide(int entry, in FlowTuple tuple, bool reply)
    {
        Slots[entry].SetWide(reply, true);
        _wide.Prepare(entry);
        ref WideAddresses wide = ref _wide[entry];
        (reply ? ref wide.ReplySource : ref wide.OriginalSource) = tuple.Source;
        (reply ? ref wide.ReplyDestination : ref wide.OriginalDestination) = tuple.Destination;
    }
}
