using NodePortSim.Net;

namespace NodePortSim.Routing;

/// <summary>How far an address is valid, as <c>ip address</c> prints it.</summary>
public enum AddressScope : byte
{
    /// <summary>Everywhere.</summary>
    Global,

    /// <summary>On the link.</summary>
    Link,

    /// <summary>In this namespace: loopback.</summary>
    Host,
}

/// <summary>An address of an interface.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its subnet's prefix in bits.</param>
/// <param name="Scope">How far it is valid.</param>
public readonly record struct InterfaceAddress(IpAddr Address, int PrefixLength, AddressScope Scope)
{
    /// <summary>The address's subnet.</summary>
    public IpCidr Subnet => new(Address, PrefixLength);
}

/// <summary>A network interface of a namespace.</summary>
public sealed class NetworkInterface
{
    private readonly List<InterfaceAddress> _addresses = [];

    /// <summary>The addresses among which <see cref="TrySelectAddress"/> chooses, because every masqueraded flow asks for one.</summary>
    private SelectableAddress[] _selectable = [];

    internal NetworkInterface(int index, string name)
    {
        Index = index;
        Name = name;
    }

    /// <summary>The interface's index in its namespace, 1 or more; 1 is <c>lo</c>.</summary>
    public int Index { get; }

    /// <summary>The interface's name, up to 15 characters.</summary>
    public string Name { get; }

    /// <summary>Whether this is the loopback interface.</summary>
    public bool IsLoopback => Index == 1;

    /// <summary>The addresses in the order of their configuration.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses => _addresses;

    internal void Add(InterfaceAddress address)
    {
        _addresses.Add(address);
        if (address.Scope != AddressScope.Global || !address.Address.IsIPv4 || IsSecondary(_addresses.Count - 1)) return;
        IpCidr subnet = address.Subnet;
        _selectable = [.. _selectable, new SelectableAddress(address.Address, subnet.Address.IPv4Bits, subnet.LastAddress.IPv4Bits)];
    }

    /// <summary>The IPv4 address that the kernel takes on this interface to reach <paramref name="nextHop"/> (spec netfilter-datapath 3.7).</summary>
    /// <param name="nextHop">The gateway, or the destination where it is on the link.</param>
    /// <param name="address">The first global address whose subnet holds the next hop, or else the first global address.</param>
    /// <returns>Whether the interface has a global IPv4 address.</returns>
    internal bool TrySelectAddress(IpAddr nextHop, out IpAddr address)
    {
        foreach (ref readonly SelectableAddress candidate in _selectable.AsSpan())
        {
            uint bits = nextHop.IPv4Bits;
            if (bits < candidate.First || bits > candidate.Last || !nextHop.IsIPv4) continue;
            address = candidate.Address;
            return true;
        }

        address = _selectable.Length > 0 ? _selectable[0].Address : default;
        return _selectable.Length > 0;
    }

    /// <summary>The first address in the subnet of one of the interface's own; of lo, in 127.0.0.0/8, any.</summary>
    internal bool TryPrimaryBeside(IpAddr own, out IpAddr primary)
    {
        primary = default;
        int at = -1;
        for (int i = 0; i < _addresses.Count && at < 0; i++)
            if (_addresses[i].Address == own || (IsLoopback && _addresses[i].Subnet.Contains(own))) at = i;
        if (at < 0) return false;
        for (int i = at; i >= 0; i--)
            if (_addresses[i].Subnet == _addresses[at].Subnet) primary = _addresses[i].Address;
        return true;
    }

    /// <summary>A global, primary IPv4 address with the first and the last address of its subnet as numbers.</summary>
    private readonly record struct SelectableAddress(IpAddr Address, uint First, uint Last);

    /// <summary>An address is secondary if an earlier one of the interface has the same subnet.</summary>
    private bool IsSecondary(int index)
    {
        for (int i = 0; i < index; i++)
            if (_addresses[i].Subnet == _addresses[index].Subnet && _addresses[i].Scope == _addresses[index].Scope) return true;
        return false;
    }
}
