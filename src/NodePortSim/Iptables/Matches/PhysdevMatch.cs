namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m physdev</c>: the bridge ports of a bridged packet (spec netfilter-datapath 4).</summary>
public sealed record PhysdevMatch : Match
{
    /// <summary><c>--physdev-in</c>: the port that the packet came in by; null matches any.</summary>
    public InterfaceMatch? InInterface { get; init; }

    /// <summary><c>--physdev-is-in</c>: whether the packet must, or must not, have come in by a bridge port; null does not ask.</summary>
    public bool? IsIn { get; init; }

    /// <summary><c>--physdev-out</c>: the port that the packet leaves by; null matches any.</summary>
    public InterfaceMatch? OutInterface { get; init; }

    /// <summary><c>--physdev-is-out</c>: whether the packet must, or must not, leave by a bridge port; null does not ask.</summary>
    public bool? IsOut { get; init; }

    /// <summary><c>--physdev-is-bridged</c>: whether the packet must, or must not, be bridged rather than routed; null does not ask.</summary>
    public bool? IsBridged { get; init; }
}
