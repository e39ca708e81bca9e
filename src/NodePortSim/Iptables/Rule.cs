using NodePortSim.Collections;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables;

/// <summary>One rule: what a packet must be, and what happens to it then.</summary>
/// <remarks>
/// The header fields stand apart from the <see cref="Matches"/> as in the kernel's own <c>struct ipt_ip</c>: they are tested first and printed
/// first. Immutable; thread-safe.
/// </remarks>
public sealed record Rule
{
    /// <summary><c>-s</c>: the source address; null matches any.</summary>
    public AddressMatch? Source { get; init; }

    /// <summary><c>-d</c>: the destination address; null matches any.</summary>
    public AddressMatch? Destination { get; init; }

    /// <summary><c>-i</c>: the interface that the packet came in by; null matches any.</summary>
    public InterfaceMatch? InInterface { get; init; }

    /// <summary><c>-o</c>: the interface that the packet leaves by; null matches any.</summary>
    public InterfaceMatch? OutInterface { get; init; }

    /// <summary><c>-p</c>: the protocol; null matches any.</summary>
    public ProtocolMatch? Protocol { get; init; }

    /// <summary><c>-m</c>: the extensions, tested in this order until the first that does not hold.</summary>
    public EquatableArray<Match> Matches { get; init; }

    /// <summary><c>-j</c> or <c>-g</c>; null only counts and goes on with the next rule.</summary>
    public Target? Target { get; init; }
}

/// <summary>A test of an address: <c>[!] -s cidr</c>, <c>[!] -d cidr</c>.</summary>
/// <param name="Network">The network that the address must be in.</param>
/// <param name="Inverted">Whether it must not be in it.</param>
public sealed record AddressMatch(IpCidr Network, bool Inverted = false)
{
    /// <summary>Whether a host was written with its prefix (<c>10.0.0.1/32</c>), as kube-proxy writes source ranges; matters to its restore text only, not to equality.</summary>
    public bool PrefixWritten { get; init; }

    /// <inheritdoc/>
    public bool Equals(AddressMatch? other) => other is not null && Network == other.Network && Inverted == other.Inverted;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Network, Inverted);
}

/// <summary>A test of an interface: <c>[!] -i name</c>, <c>[!] -o name</c>.</summary>
/// <param name="Name">The interface's name; one that ends in <c>+</c> matches every name that begins so.</param>
/// <param name="Inverted">Whether the name must not match.</param>
public sealed record InterfaceMatch(string Name, bool Inverted = false)
{
    /// <summary>Whether an interface's name passes; "" is no interface, as in OUTPUT's input (spec netfilter-datapath 4).</summary>
    /// <param name="interfaceName">The interface's name, or "".</param>
    public bool Matches(string interfaceName)
    {
        bool same = Name.EndsWith('+')
            ? interfaceName.AsSpan().StartsWith(Name.AsSpan(0, Name.Length - 1), StringComparison.Ordinal)
            : string.Equals(interfaceName, Name, StringComparison.Ordinal);
        return same != Inverted;
    }
}

/// <summary>A test of the protocol: <c>[!] -p protocol</c>.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Inverted">Whether the packet must have another one.</param>
public sealed record ProtocolMatch(Protocol Protocol, bool Inverted = false);
