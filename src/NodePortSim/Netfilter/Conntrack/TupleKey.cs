using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>A tuple as the table compares it: what a slot holds of it, and its hash.</summary>
/// <param name="Addresses">Source and destination in 32 bits each; of a wide tuple folds, behind which the store holds the whole addresses.</param>
/// <param name="Ports">Source and destination port.</param>
/// <param name="Protocol">The layer-4 protocol.</param>
/// <param name="IsWide">Whether some address is not IPv4.</param>
/// <param name="AddressHash">What the addresses add to the hash, so that a port search pays for them once.</param>
/// <param name="Hash">The hash.</param>
internal readonly record struct TupleKey(ulong Addresses, uint Ports, Protocol Protocol, bool IsWide, ulong AddressHash, uint Hash)
{
    public static uint PortsOf(in FlowTuple tuple) => (uint)tuple.SourcePort << 16 | tuple.DestinationPort;

    /// <summary>The ports with another source port.</summary>
    public static uint WithSource(uint ports, ushort port) => (uint)port << 16 | (ushort)ports;

    /// <summary>The ports with another destination port.</summary>
    public static uint WithDestination(uint ports, ushort port) => ports >> 16 << 16 | port;

    /// <summary>Whether both addresses are IPv4.</summary>
    public static bool IsNarrow(in FlowTuple tuple) =>
        (tuple.Source.High | tuple.Destination.High) == 0 && (tuple.Source.Low >> 32 | tuple.Destination.Low >> 32 << 32) == 0x0000_FFFF_0000_FFFF;

    /// <summary>The addresses of a tuple in 32 bits each: of IPv4 the addresses, otherwise folds.</summary>
    public static ulong AddressesOf(in FlowTuple tuple, bool isWide) => isWide
        ? (ulong)Fold(tuple.Source) << 32 | Fold(tuple.Destination)
        : tuple.Source.Low << 32 | (uint)tuple.Destination.Low;

    private static uint Fold(IpAddr address)
    {
        ulong both = address.High * 0x9E3779B97F4A7C15UL ^ address.Low;
        return (uint)(both ^ both >> 32);
    }
}
