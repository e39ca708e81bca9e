using NodePortSim.Net;

namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m tcp</c>, <c>-m udp</c>, <c>-m sctp</c> with ports; without any option it always holds for its protocol.</summary>
/// <param name="Protocol">TCP, UDP or SCTP: the extension's name.</param>
public sealed record PortMatch(Protocol Protocol) : Match
{
    /// <summary><c>--sport</c>; null matches any.</summary>
    public PortRange? SourcePort { get; init; }

    /// <summary>Whether the source port must be outside <see cref="SourcePort"/>.</summary>
    public bool SourcePortInverted { get; init; }

    /// <summary><c>--dport</c>; null matches any.</summary>
    public PortRange? DestinationPort { get; init; }

    /// <summary>Whether the destination port must be outside <see cref="DestinationPort"/>.</summary>
    public bool DestinationPortInverted { get; init; }

    /// <summary><c>--tcp-flags mask compared</c>; null matches any.</summary>
    public TcpFlagsMatch? TcpFlags { get; init; }
}

/// <summary><c>[!] --tcp-flags mask compared</c>: of the bits in the mask exactly the compared ones must be set.</summary>
/// <param name="Mask">The bits to look at.</param>
/// <param name="Compared">Those of them that must be set.</param>
/// <param name="Inverted">Whether the test must fail.</param>
public sealed record TcpFlagsMatch(TcpFlags Mask, TcpFlags Compared, bool Inverted = false);

/// <summary>A range of ports, both ends included.</summary>
/// <param name="First">The first port, 0 to 65535.</param>
/// <param name="Last">The last port, <paramref name="First"/> to 65535.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>The range of one port.</summary>
    /// <param name="port">The port.</param>
    public PortRange(ushort port)
        : this(port, port)
    {
    }

    /// <summary>Whether the range holds <paramref name="port"/>.</summary>
    /// <param name="port">The port.</param>
    public bool Contains(ushort port) => port >= First && port <= Last;

    /// <summary>The text <c>port</c> or <c>first:last</c>.</summary>
    public override string ToString() => First == Last
        ? First.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{First}:{Last}");
}
