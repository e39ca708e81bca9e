using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Netfilter.Nat;

/// <content>The bindings that kube-proxy's rules make of IPv4 flows: what the general ones do, on the numbers that the slot holds.</content>
/// <remarks>
/// Whole tuples are 40 bytes, which are written field by field and copied by 32: the processor cannot forward such stores to the load and waits for the
/// cache, several times for each binding. That was a tenth of a new connection's time.
/// </remarks>
internal sealed partial class NatBinder
{
    /// <summary>Whether the flow is an IPv4 one with ports, and the range an address with one port, or for the source with any port at random.</summary>
    private static bool IsPlain(in ConntrackSlot slot, NatSide side, in NatRange range) =>
        slot.Protocol is Protocol.Tcp or Protocol.Udp
        && !slot.IsWide(reply: true)
        && range.Address is { IsIPv4: true }
        && (side == NatSide.Source ? range.IsRandom : !range.IsRandom && range.Ports is { } ports && ports.First == ports.Last);

    /// <summary>What is translated of the source is the destination of answers.</summary>
    private void TakeSource(int entry, ref ConntrackSlot slot, in NatRange range)
    {
        ulong addresses = slot.ReplyAddresses >> 32 << 32 | range.Address.GetValueOrDefault().IPv4Bits;
        TupleKey key = _store.Hash.KeyOfNarrow(addresses, slot.ReplyPorts, slot.Protocol);
        Take(entry, ref slot, NatSide.Source, addresses, TupleKey.WithDestination(slot.ReplyPorts, _search.Source(entry, key, range.Ports)));
    }

    private void TakeDestination(int entry, ref ConntrackSlot slot, in NatRange range)
    {
        ulong addresses = (ulong)range.Address.GetValueOrDefault().IPv4Bits << 32 | (uint)slot.ReplyAddresses;
        ushort port = range.Ports.GetValueOrDefault().First;
        if (slot.ReplyPorts >> 16 != port)
            port = _search.Destination(entry, _store.Hash.KeyOfNarrow(addresses, slot.ReplyPorts, slot.Protocol), range.Ports.GetValueOrDefault());
        Take(entry, ref slot, NatSide.Destination, addresses, TupleKey.WithSource(slot.ReplyPorts, port));
    }

    private void Take(int entry, ref ConntrackSlot slot, NatSide side, ulong addresses, uint ports)
    {
        if (slot.ReplyAddresses == addresses && slot.ReplyPorts == ports) return;
        slot.ReplyAddresses = addresses;
        slot.ReplyPorts = ports;
        NoteChange(entry, ref slot, side);
    }
}
