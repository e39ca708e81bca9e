using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Netfilter.Nat;

/// <summary>Binds flows: decides, for a flow's first packet, what its reply tuple becomes (spec netfilter-datapath 3.1 to 3.5).</summary>
internal sealed partial class NatBinder
{
    private readonly ConntrackStore _store;
    private readonly PortSearch _search;

    public NatBinder(ConntrackStore store, RandomSource random)
    {
        _store = store;
        _search = new PortSearch(store, random);
    }

    /// <summary>The status bit that says that a binding of the side exists.</summary>
    public static ConntrackStatus Done(NatSide side) => side == NatSide.Source ? ConntrackStatus.SourceNatDone : ConntrackStatus.DestinationNatDone;

    /// <summary>Binds a side of an unconfirmed entry.</summary>
    public void Bind(int entry, NatSide side, in NatRange range)
    {
        ref ConntrackSlot slot = ref _store.Slots[entry];
        if (slot.Has(ConntrackStatus.Confirmed | Done(side))) return;
        if (IsPlain(slot, side, range))
        {
            if (side == NatSide.Source) TakeSource(entry, ref slot, range);
            else TakeDestination(entry, ref slot, range);
        }
        else
        {
            FlowTuple reply = side == NatSide.Source ? Source(entry, range) : Destination(entry, range);
            if (!TupleHash.Same(reply, _store.Tuple(entry, reply: true)))
            {
                _store.SetReply(entry, reply);
                NoteChange(entry, ref slot, side);
            }
        }

        slot.Status |= Done(side);
        if (range.MasqueradeInterface != 0) slot.MasqueradeInterface = range.MasqueradeInterface;
    }

    /// <summary>No rule bound the side: its address stays. A null binding of the destination cannot change anything.</summary>
    public void BindNull(int entry, NatSide side)
    {
        if (side == NatSide.Source)
        {
            Bind(entry, side, new NatRange(_store.Tuple(entry, reply: true).Destination, null, Iptables.Targets.SourcePortChoice.Keep));
            return;
        }

        ref ConntrackSlot slot = ref _store.Slots[entry];
        if (!slot.Has(ConntrackStatus.Confirmed)) slot.Status |= ConntrackStatus.DestinationNatDone;
    }

    private void NoteChange(int entry, ref ConntrackSlot slot, NatSide side)
    {
        if (side == NatSide.Source) _store.LinkSource(entry);
        else slot.Status |= ConntrackStatus.DestinationNat;
    }

    private FlowTuple Source(int entry, in NatRange range)
    {
        FlowTuple current = _store.Tuple(entry, reply: true);
        if (!range.IsRandom)
        {
            if (range.Holds(current))
            {
                if (!IsTakenAtFirst(entry, current)) return current;
            }
            else if (_store.FindSource(_store.Tuple(entry, reply: false), range) is int other and not 0)
            {
                FlowTuple shared = _store.Tuple(other, reply: true);
                FlowTuple candidate = current.Protocol is Protocol.Icmp or Protocol.IcmpV6
                    ? current with { Destination = shared.Destination, SourcePort = shared.SourcePort }
                    : current with { Destination = shared.Destination, DestinationPort = shared.DestinationPort };
                if (!IsTaken(entry, candidate)) return candidate;
            }
        }

        if (range.Address is { } address) current = current with { Destination = address };
        if (!range.IsRandom && PortMayStay(entry, current, range.Ports, PortSearch.SourcePort(current))) return current;
        return _search.Source(entry, current, range.Ports);
    }

    private FlowTuple Destination(int entry, in NatRange range)
    {
        FlowTuple current = _store.Tuple(entry, reply: true);
        if (range.Address is { } address) current = current with { Source = address };

        // Only a rule that names ports can change the port of a destination.
        if (range.Ports is not { } ports || !current.Protocol.HasPorts()) return current;
        if (!range.IsRandom && PortMayStay(entry, current, ports, current.SourcePort)) return current;
        return _search.Destination(entry, current, ports, range.IsRandom);
    }

    private bool PortMayStay(int entry, in FlowTuple reply, PortRange? ports, ushort port)
    {
        if (ports is not { } range) return !IsTaken(entry, reply);
        return range.Contains(port) && (range.First == range.Last || !IsTaken(entry, reply));
    }

    private bool IsTaken(int entry, in FlowTuple reply) => _store.IsTaken(_store.Hash.KeyOf(reply), reply, entry);

    /// <summary>
    /// Whether the flow's own source is taken. Two hosts that sent to each other at once, without NAT, are one flow with two entries: a
    /// clash that insertion resolves (kernels from 6.12 on).
    /// </summary>
    private bool IsTakenAtFirst(int entry, in FlowTuple reply)
    {
        TupleKey key = _store.Hash.KeyOf(reply);
        if (!_store.IsTaken(key, reply, entry)) return false;
        ref readonly ConntrackSlot slot = ref _store.Slots[entry];
        const ConntrackStatus translated = ConntrackStatus.SourceNat | ConntrackStatus.DestinationNat;
        if (slot.Protocol != Protocol.Udp || slot.Has(translated)) return true;
        int link = _store.Find(key, reply);
        if (link == 0) return false;
        int other = link >> 1;
        return (link & 1) != 0 || _store.Slots[other].Has(translated)
            || !TupleHash.Same(_store.Tuple(other, reply: false), _store.Tuple(entry, reply: true))
            || !TupleHash.Same(_store.Tuple(other, reply: true), _store.Tuple(entry, reply: false));
    }
}
