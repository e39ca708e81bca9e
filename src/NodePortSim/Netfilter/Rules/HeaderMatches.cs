using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The matches that look at nothing but the packet (spec netfilter-datapath 4).</summary>
internal static class HeaderMatches
{
    public static bool Holds(PortMatch match, in Packet packet)
    {
        if (packet.Protocol != match.Protocol) return false;
        if (match.SourcePort is { } source && source.Contains(packet.SourcePort) == match.SourcePortInverted) return false;
        if (match.DestinationPort is { } destination && destination.Contains(packet.DestinationPort) == match.DestinationPortInverted) return false;
        return match.TcpFlags is not { } flags || (packet.Flags & flags.Mask) == flags.Compared != flags.Inverted;
    }

    public static bool Holds(MultiportMatch match, in Packet packet)
    {
        bool found = false;
        foreach (PortRange ports in match.Ports)
        {
            found |= match.Side != MultiportSide.Destination && ports.Contains(packet.SourcePort)
                || match.Side != MultiportSide.Source && ports.Contains(packet.DestinationPort);
        }

        return packet.Protocol.HasPorts() && found != match.Inverted;
    }

    public static bool Holds(IcmpMatch match, in Packet packet)
    {
        if (packet.Protocol is not (Protocol.Icmp or Protocol.IcmpV6)) return false;
        bool any = match.Type == IcmpMatch.AnyType && packet.Protocol == Protocol.Icmp;
        bool same = any || match.Type == packet.IcmpType && (match.Code ?? packet.IcmpCode) == packet.IcmpCode;
        return same != match.Inverted;
    }

    public static bool Holds(IpRangeMatch match, in Packet packet) =>
        (match.Source is not { } source || Contains(source, packet.Source))
        && (match.Destination is not { } destination || Contains(destination, packet.Destination));

    public static bool Holds(LengthMatch match, in Packet packet) =>
        (packet.Length >= match.First && packet.Length <= match.Last) != match.Inverted;

    /// <summary>No packet here is bridged, so that only what is denied holds (the kernel's rule for packets without bridge data).</summary>
    public static bool Holds(PhysdevMatch match) =>
        match.IsIn is not true && match.IsOut is not true && match.IsBridged is not true
        && match.InInterface is not { Inverted: false } && match.OutInterface is not { Inverted: false };

    private static bool Contains(AddressRange range, IpAddr address) =>
        (address >= range.First && address <= range.Last) != range.Inverted;
}
