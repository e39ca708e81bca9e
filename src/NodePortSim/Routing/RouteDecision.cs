using NodePortSim.Net;

namespace NodePortSim.Routing;

/// <summary>A route to a network.</summary>
/// <param name="Destination">The network; a prefix of 0 bits is the default route.</param>
/// <param name="Gateway">The next hop; null where the destination is on the link.</param>
/// <param name="Interface">The index of the interface that packets leave by.</param>
/// <param name="PreferredSource">The source address for packets that have none; null lets the kernel choose.</param>
public sealed record Route(IpCidr Destination, IpAddr? Gateway, int Interface, IpAddr? PreferredSource = null);

/// <summary>What a routing look-up says of a destination.</summary>
public enum RouteType : byte
{
    /// <summary>No route: the sender learns that the network is unreachable.</summary>
    Unreachable,

    /// <summary>The packet leaves by an interface.</summary>
    Unicast,

    /// <summary>The packet is for this namespace.</summary>
    Local,

    /// <summary>The packet is for everyone on the link.</summary>
    Broadcast,

    /// <summary>The packet is for a group.</summary>
    Multicast,
}

/// <summary>The answer of a routing look-up.</summary>
/// <param name="Type">What kind of route it is.</param>
/// <param name="OutInterface">The index of the interface that the packet leaves by; for <see cref="RouteType.Local"/> that of <c>lo</c>; 0 where unreachable.</param>
/// <param name="NextHop">The gateway, or the destination itself where it is on the link.</param>
/// <param name="PreferredSource">The source address that the route asks for; default where it does not.</param>
internal readonly record struct RouteDecision(RouteType Type, int OutInterface, IpAddr NextHop, IpAddr PreferredSource);
