using NodePortSim.Netfilter;

namespace NodePortSim.Network;

/// <summary>Why a packet ended on a host without reaching a socket.</summary>
internal enum PacketEndCause : byte
{
    /// <summary>It did not end.</summary>
    None,

    /// <summary>A hook dropped or rejected it.</summary>
    Netfilter,

    /// <summary>No route to its destination.</summary>
    NoRoute,

    /// <summary>The host does not forward.</summary>
    ForwardingOff,

    /// <summary>Its time to live ended.</summary>
    TtlExceeded,

    /// <summary>A loopback address on a real interface without route_localnet, or the host's own address as a source (spec netfilter-datapath 5).</summary>
    Martian,

    /// <summary>The way back does not lead through the interface that it came in by (spec netfilter-datapath 5).</summary>
    ReversePathFilter,

    /// <summary>Nobody on the link has the next hop's address.</summary>
    NoNeighbor,

    /// <summary>The bridge would send it back out of the port that it came in by, and hairpin mode is off (finding 14).</summary>
    HairpinOff,

    /// <summary>A broadcast or multicast packet, which nobody takes.</summary>
    NotUnicast,
}

/// <summary>The end of a packet: where and why.</summary>
/// <param name="Cause">Why.</param>
/// <param name="Hook">The hook, where one ended it.</param>
/// <param name="Verdict">The hook's verdict.</param>
internal readonly record struct PacketEnd(PacketEndCause Cause, Hook Hook = Hook.Prerouting, HookVerdict Verdict = default);
