using NodePortSim.Net;

namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m iprange --src-range a-b --dst-range a-b</c>.</summary>
public sealed record IpRangeMatch : Match
{
    /// <summary><c>--src-range</c>; null matches any.</summary>
    public AddressRange? Source { get; init; }

    /// <summary><c>--dst-range</c>; null matches any.</summary>
    public AddressRange? Destination { get; init; }
}

/// <summary>A test of an address against a range, both ends included.</summary>
/// <param name="First">The first address.</param>
/// <param name="Last">The last address, not before the first.</param>
/// <param name="Inverted">Whether the address must be outside.</param>
public sealed record AddressRange(IpAddr First, IpAddr Last, bool Inverted = false);
