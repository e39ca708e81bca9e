using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Netfilter.Nat;

/// <summary>Rewrites packets by their entry (spec netfilter-datapath 3.6, 3.8): a packet of one direction becomes the inverse of the other direction's tuple.</summary>
internal static class PacketTranslation
{
    public static void Apply(ConntrackStore store, int entry, Hook hook, ConntrackInfo info, ref Packet packet)
    {
        bool source = hook is Hook.Input or Hook.Postrouting;
        bool reply = info.IsReply();

        // What the original direction has in its source, answers have in their destination.
        if (!store.Slots[entry].Has(source != reply ? ConntrackStatus.SourceNat : ConntrackStatus.DestinationNat)) return;
        if (packet.Protocol is Protocol.Tcp or Protocol.Udp && !store.Slots[entry].IsWide(!reply))
        {
            if (source) ApplySource(store.Slots[entry], !reply, ref packet);
            else ApplyDestination(store.Slots[entry], !reply, ref packet);
            return;
        }

        FlowTuple other = store.Tuple(entry, !reply);

        if (packet.IsIcmpError)
        {
            // The quoted packet travelled the other way: its opposite end is the one to restore.
            packet.Quoted = Restore(packet.Quoted, other, source);
            if (source) packet.Source = other.Destination;
            else packet.Destination = other.Source;
            return;
        }

        if (source)
        {
            packet.Source = other.Destination;
            if (packet.Protocol.HasPorts()) packet.SourcePort = other.DestinationPort;
        }
        else
        {
            packet.Destination = other.Source;
            if (packet.Protocol.HasPorts()) packet.DestinationPort = other.SourcePort;
        }

        // ICMP has one identifier for both ends.
        if (packet.Protocol is Protocol.Icmp or Protocol.IcmpV6) packet.SourcePort = other.SourcePort;
    }

    /// <summary>Both translations of an IPv4 packet with ports: it becomes the inverse of a direction's tuple.</summary>
    /// <remarks>
    /// From the slot's numbers: a tuple that was just written as numbers of 2 and 8 bytes, and is read as one of 16 or 32, has the processor wait until
    /// it has left for the cache, which costs more than all the rest of a translation.
    /// </remarks>
    /// <param name="slot">The entry.</param>
    /// <param name="other">Whether that direction is the reply's; it is the one that the packet does not travel in.</param>
    /// <param name="packet">The packet.</param>
    public static void ApplyBoth(in ConntrackSlot slot, bool other, ref Packet packet)
    {
        ApplySource(slot, other, ref packet);
        ApplyDestination(slot, other, ref packet);
    }

    private static void ApplySource(in ConntrackSlot slot, bool other, ref Packet packet)
    {
        packet.Source = IpAddr.FromIPv4((uint)(other ? slot.ReplyAddresses : slot.OriginalAddresses));
        packet.SourcePort = (ushort)(other ? slot.ReplyPorts : slot.OriginalPorts);
    }

    private static void ApplyDestination(in ConntrackSlot slot, bool other, ref Packet packet)
    {
        packet.Destination = IpAddr.FromIPv4((uint)((other ? slot.ReplyAddresses : slot.OriginalAddresses) >> 32));
        packet.DestinationPort = (ushort)((other ? slot.ReplyPorts : slot.OriginalPorts) >> 16);
    }

    private static FlowTuple Restore(in FlowTuple quoted, in FlowTuple other, bool destination)
    {
        FlowTuple restored = destination ? quoted with { Destination = other.Destination } : quoted with { Source = other.Source };
        if (quoted.Protocol.HasPorts())
        {
            return destination ? restored with { DestinationPort = other.DestinationPort } : restored with { SourcePort = other.SourcePort };
        }

        return quoted.Protocol is Protocol.Icmp or Protocol.IcmpV6 ? restored with { SourcePort = other.SourcePort } : restored;
    }
}
