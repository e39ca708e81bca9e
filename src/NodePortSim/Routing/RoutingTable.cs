using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Routing;

/// <summary>The interfaces, addresses and routes of one network namespace: the kernel's forwarding information base.</summary>
/// <remarks>
/// Look-ups: local addresses first (the kernel's table <c>local</c>), then the longest prefix. Changing it is cold; looking up allocates
/// nothing. Not thread-safe while it is changed.
/// </remarks>
public sealed partial class RoutingTable
{
    private static readonly IpCidr LoopbackNetwork = IpCidr.Parse("127.0.0.0/8");
    private static readonly IpAddr LimitedBroadcast = IpAddr.Parse("255.255.255.255");

    private readonly List<NetworkInterface> _interfaces = [];
    private readonly HashSet<IpAddr> _local = [];
    private readonly HashSet<IpAddr> _broadcast = [];
    private PrefixBucket[] _buckets4 = [];

    /// <summary>A bit for each local and broadcast address, so that others, as those of pods are, need not be sought among them.</summary>
    private ulong _own;
    private PrefixBucket[] _buckets6 = [];

    /// <summary>Makes the table of a new namespace: only <c>lo</c>, with 127.0.0.1 and ::1.</summary>
    public RoutingTable()
    {
        NetworkInterface lo = AddInterface("lo");
        AddAddress(lo, new InterfaceAddress(IpAddr.Parse("127.0.0.1"), 8, AddressScope.Host));
        AddAddress(lo, new InterfaceAddress(IpAddr.Parse("::1"), 128, AddressScope.Host));
    }

    /// <summary>The interfaces by index: the first has index 1.</summary>
    public IReadOnlyList<NetworkInterface> Interfaces => _interfaces;

    /// <summary>The routes beside the local ones, longest prefix first.</summary>
    public IEnumerable<Route> Routes => _buckets4.Concat(_buckets6).SelectMany(static bucket => bucket.Routes.Values);

    /// <summary>The interface of an index.</summary>
    /// <param name="index">1 or more.</param>
    internal NetworkInterface Interface(int index) => _interfaces[index - 1];

    /// <summary>The name of an interface; "" for index 0, no interface.</summary>
    /// <param name="index">The index.</param>
    internal string InterfaceName(int index) => index == 0 ? "" : _interfaces[index - 1].Name;

    internal NetworkInterface AddInterface(string name)
    {
        var added = new NetworkInterface(_interfaces.Count + 1, name);
        _interfaces.Add(added);
        Version++;
        return added;
    }

    /// <summary>Gives an interface an address, and with it the local, subnet and broadcast routes that the kernel makes of it.</summary>
    internal void AddAddress(NetworkInterface to, InterfaceAddress address)
    {
        Version++;
        to.Add(address);
        _local.Add(address.Address);
        _own |= BitOf(address.Address) | BitOf(address.Subnet.LastAddress);
        if (to.IsLoopback)
        {
            if (address.PrefixLength < address.Address.BitLength) _broadcast.Add(address.Subnet.LastAddress);
            return;
        }

        if (address.Subnet.IsHost) return;
        AddRoute(new Route(address.Subnet, null, to.Index, address.Address.IsIPv4 ? address.Address : null));
        if (address.Address.IsIPv4 && address.PrefixLength < 31) _broadcast.Add(address.Subnet.LastAddress);
    }

    /// <summary>Adds a route; one with the same destination is kept before it, as the kernel prefers the earlier of equal metric.</summary>
    internal void AddRoute(Route route)
    {
        Version++;
        ref PrefixBucket[] buckets = ref BucketsOf(route.Destination.Family);
        int length = route.Destination.PrefixLength;
        int at = Array.FindIndex(buckets, bucket => bucket.PrefixLength <= length);
        if (at < 0) at = buckets.Length;
        if (at == buckets.Length || buckets[at].PrefixLength != length)
            buckets = [.. buckets[..at], new PrefixBucket(length, []), .. buckets[at..]];
        buckets[at].Routes.TryAdd(route.Destination.Address, route);
    }

    internal void RemoveRoute(IpCidr destination)
    {
        Version++;
        foreach (PrefixBucket bucket in BucketsOf(destination.Family))
            if (bucket.PrefixLength == destination.PrefixLength) bucket.Routes.Remove(destination.Address);
    }

    private static ulong BitOf(IpAddr address) => 1UL << (int)(unchecked((address.High ^ address.Low) * 0x9E37_79B9_7F4A_7C15) >> 58);

    private AddressType FindType(IpAddr address)
    {
        if (address == LimitedBroadcast) return AddressType.Broadcast;
        if ((_own & BitOf(address)) != 0 || address.IsLoopback)
        {
            if (_broadcast.Contains(address)) return AddressType.Broadcast;
            if (IsLocal(address)) return AddressType.Local;
        }

        return address.IsMulticast ? AddressType.Multicast : AddressType.Unicast;
    }

    /// <summary>Whether the address is this namespace's own.</summary>
    /// <param name="address">The address.</param>
    internal bool IsLocal(IpAddr address)
    {
        if (_local.Contains(address)) return true;
        return LoopbackNetwork.Contains(address) && !_broadcast.Contains(address);
    }

    /// <summary>Whether an interface, <c>lo</c> among them, has exactly this address.</summary>
    /// <param name="address">The address.</param>
    internal bool IsAssigned(IpAddr address) => _local.Contains(address);

    private RouteDecision FindRoute(IpAddr destination, AddressType type)
    {
        switch (type)
        {
            case AddressType.Local:
                return new RouteDecision(RouteType.Local, 1, destination, default);
            case AddressType.Broadcast:
                return new RouteDecision(RouteType.Broadcast, 0, destination, default);
            case AddressType.Multicast:
                return new RouteDecision(RouteType.Multicast, 0, destination, default);
        }

        foreach (ref readonly PrefixBucket bucket in BucketsOf(destination.Family).AsSpan())
        {
            if (!bucket.Routes.TryGetValue(new IpCidr(destination, bucket.PrefixLength).Address, out Route? route)) continue;
            return new RouteDecision(RouteType.Unicast, route.Interface, route.Gateway ?? destination, route.PreferredSource ?? default);
        }

        return new RouteDecision(RouteType.Unreachable, 0, default, default);
    }

    /// <summary>The source address that the kernel gives a packet of its own on its way out (spec netfilter-datapath 3.7, finding 11).</summary>
    /// <param name="route">The route of the packet's destination.</param>
    /// <param name="destination">The destination: a local one is its own source, over IPv4 the primary address of its subnet.</param>
    /// <param name="source">The address.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TrySelectSource(in RouteDecision route, IpAddr destination, out IpAddr source)
    {
        source = destination;
        if (route.Type == RouteType.Local)
        {
            if (destination.IsIPv4) source = PrimaryBeside(destination);
            return true;
        }

        source = route.PreferredSource;
        if (source != default) return true;
        return TrySelectAddress(route.OutInterface, route.NextHop, destination, out source);
    }

    /// <summary>The address that MASQUERADE takes on an interface; where it has none, an address of another interface (finding 2).</summary>
    /// <param name="outInterface">The index of the interface that the packet leaves by.</param>
    /// <param name="nextHop">The next hop of the packet's route, which decides for IPv4.</param>
    /// <param name="destination">The packet's destination, which decides for IPv6.</param>
    /// <param name="address">The address.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TrySelectAddress(int outInterface, IpAddr nextHop, IpAddr destination, out IpAddr address)
    {
        if (!destination.IsIPv4) return SourceSelectionIPv6.TrySelect(_interfaces, outInterface, destination, out address);
        if (Interface(outInterface).TrySelectAddress(nextHop, out address)) return true;
        foreach (NetworkInterface other in _interfaces)
            if (other.TrySelectAddress(nextHop, out address)) return true;
        return false;
    }

    /// <summary>What the kernel gives the route of a local address as its source: the first address of the interface in the same subnet.</summary>
    private IpAddr PrimaryBeside(IpAddr local)
    {
        foreach (NetworkInterface port in _interfaces)
            if (port.TryPrimaryBeside(local, out IpAddr primary)) return primary;
        return local;
    }

    private ref PrefixBucket[] BucketsOf(IpFamily family)
    {
        if (family == IpFamily.IPv4) return ref _buckets4;
        return ref _buckets6;
    }

    /// <summary>The routes of one prefix length, by their networks' first address; buckets are kept longest prefix first.</summary>
    private readonly record struct PrefixBucket(int PrefixLength, Dictionary<IpAddr, Route> Routes);
}
