namespace NodePortSim.Iptables.Matches;

/// <summary>The type of an address in a namespace's local routing table (spec netfilter-datapath 4).</summary>
public enum AddressType : byte
{
    /// <summary>An address of another host.</summary>
    Unicast,

    /// <summary>An address of this namespace: an interface's, 127.0.0.0/8, or routed as local.</summary>
    Local,

    /// <summary>A broadcast address.</summary>
    Broadcast,

    /// <summary>A multicast address.</summary>
    Multicast,
}

/// <summary><c>-m addrtype --src-type … --dst-type …</c>.</summary>
public sealed record AddressTypeMatch : Match
{
    /// <summary><c>--src-type</c>; null matches any.</summary>
    public AddressType? SourceType { get; init; }

    /// <summary>Whether the source must have another type.</summary>
    public bool SourceInverted { get; init; }

    /// <summary><c>--dst-type</c>; null matches any.</summary>
    public AddressType? DestinationType { get; init; }

    /// <summary>Whether the destination must have another type.</summary>
    public bool DestinationInverted { get; init; }
}
