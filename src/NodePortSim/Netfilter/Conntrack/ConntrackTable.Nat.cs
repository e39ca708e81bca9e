using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>Bindings, translation, and the packet's way into the table.</content>
internal sealed partial class ConntrackTable
{
    /// <summary>Whether the entry has a binding (perhaps null) of that side already.</summary>
    public bool HasBinding(int entry, NatSide side) => entry > 0 && _store.Slots[entry].Has(NatBinder.Done(side));

    /// <summary>Whether the packet is to walk the nat chain of that side (spec netfilter-datapath 1.3): it may bind, and its entry has no such binding.</summary>
    public bool NeedsBinding(in SocketBuffer buffer, NatSide side) => buffer.Entry > 0 && MayBind(buffer) && !HasBinding(buffer.Entry, side);

    /// <summary>An ICMP error is related to its flow, but only ever translated; a related TCP segment is treated as a new one.</summary>
    private static bool MayBind(in SocketBuffer buffer) =>
        buffer.Info == ConntrackInfo.New || (buffer.Info is ConntrackInfo.Related or ConntrackInfo.RelatedReply && !buffer.Packet.IsIcmpError);

    /// <summary>Which sides the entry translates, as <c>--ctstate</c> tests them: Snat, Dnat, both or None (spec netfilter-datapath 2.2).</summary>
    public ConntrackStates NatStates(int entry)
    {
        if (entry <= 0) return ConntrackStates.None;
        ConntrackStatus status = _store.Slots[entry].Status;
        ConntrackStates states = (status & ConntrackStatus.SourceNat) != 0 ? ConntrackStates.Snat : ConntrackStates.None;
        return (status & ConntrackStatus.DestinationNat) != 0 ? states | ConntrackStates.Dnat : states;
    }

    /// <summary>Whether the entry is in the table, or was until this packet ended it.</summary>
    public bool IsConfirmed(int entry) => entry > 0 && _store.Slots[entry].Has(ConntrackStatus.Confirmed);

    /// <summary>A REJECT answers for the peer with a RST: a confirmed TCP entry closes, whatever the RST's sequence number is (kernels from 5.12 on).</summary>
    public void CloseByReset(int entry)
    {
        ref ConntrackSlot slot = ref _store.Slots[entry];
        if (slot.Protocol != Protocol.Tcp || !_store.IsInTable(entry) || (TcpState)slot.State == TcpState.Close) return;
        slot.State = (byte)TcpState.Close;
        slot.Changed = true;
        if (!slot.Has(ConntrackStatus.FixedTimeout)) _store.SetExpiry(entry, _time.GetTimestamp() + _timeouts.Tcp(TcpState.Close));
    }

    /// <summary>Binds one side of an unconfirmed entry to a range; for the source side searches a free port. A confirmed entry stays as it is.</summary>
    public void Bind(ref SocketBuffer buffer, NatSide side, in NatRange range)
    {
        if (buffer.Entry > 0) _binder.Bind(buffer.Entry, side, range);
    }

    /// <summary>Binds one side to what it is: keeps the address, changes the source port only on a clash (spec netfilter-datapath 3.5).</summary>
    public void BindNull(ref SocketBuffer buffer, NatSide side)
    {
        if (buffer.Entry > 0) _binder.BindNull(buffer.Entry, side);
    }

    /// <summary>Translates the packet as its entry says for this hook (spec netfilter-datapath 3.6), ICMP errors with what they quote.</summary>
    public DropVerdict Translate(Hook hook, ref SocketBuffer buffer)
    {
        if (buffer.Entry <= 0 || hook == Hook.Forward) return DropVerdict.Accept;
        ref ConntrackSlot slot = ref _store.Slots[buffer.Entry];
        if (hook == Hook.Postrouting && slot.MasqueradeInterface != 0 && slot.MasqueradeInterface != buffer.OutInterface
            && buffer.Info is ConntrackInfo.New or ConntrackInfo.Established)
        {
            _store.Remove(buffer.Entry);
            return DropVerdict.MasqueradeInterfaceChanged;
        }

        PacketTranslation.Apply(_store, buffer.Entry, hook, buffer.Info, ref buffer.Packet);
        return DropVerdict.Accept;
    }

    /// <summary>INPUT and POSTROUTING, last: inserts the packet's unconfirmed entry (spec netfilter-datapath 2.4, 2.11).</summary>
    public DropVerdict Confirm(ref SocketBuffer buffer)
    {
        int entry = buffer.Entry;
        if (entry <= 0) return DropVerdict.Accept;
        ref ConntrackSlot slot = ref _store.Slots[entry];
        if (slot.Has(ConntrackStatus.Confirmed))
        {
            if (slot.Changed)
            {
                slot.Changed = false;
                if (_store.Events is { } events && _store.IsInTable(entry)) events.Record(ConntrackEventKind.Update, _store, entry);
            }

            return DropVerdict.Accept;
        }

        if (buffer.Info.IsReply()) return DropVerdict.Accept;
        _store.SetNow(_time.GetTimestamp());
        TupleKey original = _store.KeyOf(entry, reply: false), answer = _store.KeyOf(entry, reply: true);
        int clash = _store.Find(original, entry, reply: false);
        if (clash == 0) clash = _store.Find(answer, entry, reply: true);
        if (clash != 0) return ResolveClash(ref buffer, clash >> 1);
        _store.Insert(entry, replyOnly: false, original.Hash, answer.Hash);
        slot.Changed = false;
        _store.Events?.Record(ConntrackEventKind.New, _store, entry);
        return DropVerdict.Accept;
    }

    private int Find(in FlowTuple tuple) => _store.Find(_store.Hash.KeyOf(tuple), tuple);

    /// <summary>Another packet of the flow, or another flow with the same answers, was in the table first (spec netfilter-datapath 2.11).</summary>
    private DropVerdict ResolveClash(ref SocketBuffer buffer, int winner)
    {
        int loser = buffer.Entry;
        ref ConntrackSlot lost = ref _store.Slots[loser];
        ref readonly ConntrackSlot won = ref _store.Slots[winner];
        const ConntrackStatus bound = ConntrackStatus.SourceNatDone | ConntrackStatus.DestinationNatDone;
        if (lost.Protocol is not (Protocol.Tcp or Protocol.Sctp or Protocol.Icmp or Protocol.IcmpV6))
        {
            if (!won.Has(bound) || (SameTuple(winner, loser, reply: false) && SameTuple(winner, loser, reply: true)))
            {
                _store.Remove(loser);
                buffer.Entry = winner;
                _store.Statistics.ClashResolve++;
                return DropVerdict.Accept;
            }

            if (Find(_store.Tuple(loser, reply: true)) == 0)
            {
                lost.Status |= ConntrackStatus.FixedTimeout | ConntrackStatus.NatClash;
                lost.Expires = _ticksPerSecond;
                _store.Insert(loser, replyOnly: true);
                _store.Statistics.ClashResolve++;
                return DropVerdict.Accept;
            }
        }

        _store.Remove(loser);
        buffer.Entry = -1;
        _store.Statistics.Drop++;
        _store.Statistics.InsertFailed++;
        return DropVerdict.InsertFailed;
    }

    private bool SameTuple(int a, int b, bool reply) => TupleHash.Same(_store.Tuple(a, reply), _store.Tuple(b, reply));
}
