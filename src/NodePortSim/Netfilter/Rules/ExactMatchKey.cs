using System.Runtime.CompilerServices;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The fields that a rule wants exactly, and their hash in a rule and in a packet.</summary>
internal static class ExactMatchKey
{
    /// <summary>Which fields a packet must have exactly, or else the rule fails before anything is counted, remembered or drawn.</summary>
    public static ExactMatchKind KindOf(in PreparedRule rule)
    {
        ExactMatchKind kind = PortOf(rule) is null ? ExactMatchKind.None : ExactMatchKind.Port;
        bool oneAddress = rule.Rule.Destination is { Inverted: false, Network.IsHost: true };
        return oneAddress ? kind | ExactMatchKind.Address : kind;
    }

    public static uint Hash(in PreparedRule rule, ExactMatchKind kind)
    {
        PortMatch? port = PortOf(rule);
        return Hash(kind, rule.Rule.Destination?.Network.Address ?? default, port?.Protocol ?? default, port?.DestinationPort!.Value.First ?? 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(in Packet packet, ExactMatchKind kind) => Hash(kind, packet.Destination, packet.Protocol, packet.DestinationPort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ExactMatchKind kind, IpAddr address, Protocol protocol, ushort port)
    {
        const ulong multiplier = 0x9E37_79B9_7F4A_7C15;
        ulong hash = (ulong)kind;
        if ((kind & ExactMatchKind.Address) != 0) hash = ((hash ^ address.High) * multiplier) ^ address.Low;
        hash *= multiplier;
        if ((kind & ExactMatchKind.Port) != 0) hash ^= (ulong)protocol << 16 | port;
        return (uint)(hash * multiplier >> 32);
    }

    /// <summary>The first match that wants one destination port, unless a match before it leaves a trace of its evaluation.</summary>
    private static PortMatch? PortOf(in PreparedRule rule)
    {
        foreach (PreparedMatch match in rule.Matches)
        {
            if (match.Match is PortMatch { DestinationPort: { } ports, DestinationPortInverted: false } found && ports.First == ports.Last) return found;
            if (LeavesTrace(match.Code)) return null;
        }

        return null;
    }

    private static bool LeavesTrace(MatchCode code) =>
        code is MatchCode.Random or MatchCode.Nth or MatchCode.Limit or MatchCode.Recent or MatchCode.Accounting;
}

/// <summary>What a rule wants exactly.</summary>
[Flags]
internal enum ExactMatchKind : byte
{
    None = 0,

    /// <summary>One destination address.</summary>
    Address = 1,

    /// <summary>One protocol and destination port.</summary>
    Port = 2,
}
