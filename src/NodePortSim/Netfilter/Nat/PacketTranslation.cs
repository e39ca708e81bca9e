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
        FlowTuple other = store.Tuple(entry, !reply);

        if (info is ConntrackInfo.Related or ConntrackInfo.RelatedReply)
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
