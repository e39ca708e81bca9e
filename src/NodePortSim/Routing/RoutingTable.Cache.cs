using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Routing;

/// <content>Remembers what the table says of the addresses that were asked for last, because a packet asks several times for the same ones.</content>
public sealed partial class RoutingTable
{
    /// <summary>How many addresses are remembered at most; a power of two.</summary>
    private const int CacheSize = 128;

    /// <summary>A table that was asked less often remembers nothing: most namespaces are pods with few packets.</summary>
    private const int LookupsBeforeCache = 64;

    private Cached[] _cache = [];
    private int _lookups;

    /// <summary>Changes whenever the table does.</summary>
    internal int Version { get; private set; }

    /// <summary>The type of an address as <c>addrtype</c> and the routing step see it (spec netfilter-datapath 4).</summary>
    /// <param name="address">The address.</param>
    internal AddressType AddressTypeOf(IpAddr address) => _cache.Length == 0 ? FindType(address) : Find(address).Type;

    /// <summary>Routes a destination.</summary>
    /// <param name="destination">The destination address.</param>
    internal RouteDecision Lookup(IpAddr destination)
    {
        if (_cache.Length != 0) return Find(destination).Decision;
        if (++_lookups >= LookupsBeforeCache) _cache = new Cached[CacheSize];
        return FindRoute(destination, FindType(destination));
    }

    private ref readonly Cached Find(IpAddr address)
    {
        const ulong multiplier = 0x9E37_79B9_7F4A_7C15;
        ulong hash = unchecked((address.High ^ address.Low * multiplier) * multiplier);
        ref Cached cached = ref _cache[(int)(hash >> 40) & (CacheSize - 1)];
        if (cached.Address == address && cached.Version == Version) return ref cached;
        AddressType type = FindType(address);
        cached = new Cached(address, Version, type, FindRoute(address, type));
        return ref cached;
    }

    /// <param name="Address">The address.</param>
    /// <param name="Version">The table's version when it was asked; no table has 0.</param>
    /// <param name="Type">The address's type.</param>
    /// <param name="Decision">The route to it.</param>
    private readonly record struct Cached(IpAddr Address, int Version, AddressType Type, RouteDecision Decision);
}
