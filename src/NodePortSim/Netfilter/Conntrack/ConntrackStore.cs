using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The entries of one table: arrays of structs with a free list. Entry numbers start at 1.</summary>
/// <remarks>
/// A number stays valid until the next packet begins (<see cref="BeginPacket"/>): removed entries leave the index at once, but their slots
/// are reused only then, since the packet that removed its own entry is still to be translated by it. This relies on packets running to
/// completion one after another in their namespace; there is no generation count. Not thread-safe.
/// </remarks>
internal sealed partial class ConntrackStore
{
    private const int FirstCapacity = 64;

    private int _free, _retiredFirst, _retiredLast;
    private long _serial;

    public ConntrackStore(TupleHash hash)
    {
        Hash = hash;
        Slots = new ConntrackSlot[FirstCapacity];
        Tcp = new TcpFlow[FirstCapacity];
        Accounts = [];
        _buckets = new int[FirstCapacity * 2];
        _sources = new int[FirstCapacity * 2];
        _shift = 32 - int.Log2(_buckets.Length);
    }

    public TupleHash Hash { get; }

    /// <summary>The hot part of each entry. Grows: take references anew after <see cref="Open"/>.</summary>
    public ConntrackSlot[] Slots { get; private set; }

    /// <summary>TCP's part of each entry.</summary>
    public TcpFlow[] Tcp { get; private set; }

    /// <summary>The counters of each entry; empty until accounting is first on.</summary>
    public ConntrackAccounts[] Accounts { get; private set; }

    /// <summary>The entries in existence, unconfirmed and expired but not yet collected ones included.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the highest entry number ever given.</summary>
    public int Used { get; private set; } = 1;

    /// <summary>The instant of the packet in hand, as a timestamp.</summary>
    public long Now { get; private set; }

    /// <summary>Hears of changes; null while nobody listens.</summary>
    public ConntrackEventLog? Events { get; set; }

    public ConntrackStatistics Statistics;

    /// <summary>A new packet begins: slots that the previous one retired become free.</summary>
    public void BeginPacket(long now)
    {
        Now = now;
        if (_retiredLast == 0) return;
        Slots[_retiredLast].NextBySource = _free;
        _free = _retiredFirst;
        _retiredFirst = _retiredLast = 0;
    }

    /// <summary>Sets the clock without ending the packet in hand.</summary>
    public void SetNow(long now) => Now = now;

    /// <summary>Opens an unconfirmed entry.</summary>
    public int Open(in FlowTuple original, in FlowTuple reply, uint originalHash, bool accounted)
    {
        int entry = _free;
        if (entry != 0)
        {
            _free = Slots[entry].NextBySource;
        }
        else
        {
            if (Used == Slots.Length) Grow();
            entry = Used++;
        }

        if (accounted) PrepareAccounts(entry);
        Count++;
        ref ConntrackSlot slot = ref Slots[entry];
        slot = default;
        slot.Original = original;
        slot.Reply = reply;
        slot.OriginalHash = originalHash;
        slot.Created = Now;
        slot.Serial = ++_serial;
        slot.Accounted = accounted;
        return entry;
    }

    /// <summary>Ends an entry, confirmed or not: it leaves the index at once, and its slot is reused after the packet in hand.</summary>
    public void Remove(int entry, bool byTool = false)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (slot.Has(ConntrackStatus.Dying)) return;
        UnlinkSource(entry);
        if (slot.Has(ConntrackStatus.Confirmed))
        {
            if (!slot.Has(ConntrackStatus.NatClash)) Unlink(slot.OriginalHash, entry << 1);
            Unlink(slot.ReplyHash, entry << 1 | 1);
            Events?.Record(byTool ? ConntrackEventKind.DestroyByTool : ConntrackEventKind.Destroy, this, entry);
        }

        slot.Status |= ConntrackStatus.Dying;
        Count--;
        slot.NextBySource = 0;
        if (_retiredLast == 0) _retiredFirst = entry;
        else Slots[_retiredLast].NextBySource = entry;
        _retiredLast = entry;
    }

    /// <summary>Whether the number is that of an entry in the table that has not expired.</summary>
    public bool IsListed(int entry)
    {
        ref readonly ConntrackSlot slot = ref Slots[entry];
        return IsInTable(entry) && slot.Expires > Now && !slot.Has(ConntrackStatus.NatClash);
    }

    /// <summary>Whether the number is that of an entry in the table.</summary>
    public bool IsInTable(int entry) =>
        (Slots[entry].Status & (ConntrackStatus.Confirmed | ConntrackStatus.Dying)) == ConntrackStatus.Confirmed;

    /// <summary>A packet was accepted: its entry's time starts anew, and it is counted.</summary>
    public void Refresh(int entry, in Packet packet, bool reply, long timeout)
    {
        ref ConntrackSlot slot = ref Slots[entry];
        if (!slot.Has(ConntrackStatus.FixedTimeout)) slot.Expires = slot.Has(ConntrackStatus.Confirmed) ? Now + timeout : timeout;
        Count1(entry, packet, reply);
    }

    /// <summary>Counts a packet where its entry counts.</summary>
    public void Count1(int entry, in Packet packet, bool reply)
    {
        if (!Slots[entry].Accounted) return;
        ref ConntrackAccounts accounts = ref Accounts[entry];
        (reply ? ref accounts.ReplyPackets : ref accounts.OriginalPackets)++;
        (reply ? ref accounts.ReplyBytes : ref accounts.OriginalBytes) += packet.Length;
    }

    private void PrepareAccounts(int entry)
    {
        if (Accounts.Length < Slots.Length)
        {
            ConntrackAccounts[] accounts = Accounts;
            Array.Resize(ref accounts, Slots.Length);
            Accounts = accounts;
        }

        Accounts[entry] = default;
    }

    private void Grow()
    {
        int capacity = Slots.Length * 2;
        ConntrackSlot[] slots = Slots;
        TcpFlow[] tcp = Tcp;
        Array.Resize(ref slots, capacity);
        Array.Resize(ref tcp, capacity);
        Slots = slots;
        Tcp = tcp;
        GrowIndex(capacity * 2);
    }
}
