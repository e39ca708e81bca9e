namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m icmp --icmp-type type[/code]</c>, in IPv6 <c>-m icmp6 --icmpv6-type type[/code]</c>.</summary>
/// <param name="Type">The ICMP type; in IPv4 <see cref="AnyType"/> holds for all.</param>
/// <param name="Code">The ICMP code; null matches any.</param>
/// <param name="Inverted">Whether the packet must be of another type or code.</param>
public sealed record IcmpMatch(byte Type, byte? Code = null, bool Inverted = false) : Match
{
    /// <summary>The type that stands for all in IPv4.</summary>
    public const byte AnyType = 255;
}
