using NodePortSim.Collections;

namespace NodePortSim.Iptables.Matches;

/// <summary>Which port a <see cref="MultiportMatch"/> looks at.</summary>
public enum MultiportSide : byte
{
    /// <summary><c>--sports</c>.</summary>
    Source,

    /// <summary><c>--dports</c>.</summary>
    Destination,

    /// <summary><c>--ports</c>: either of them.</summary>
    Either,
}

/// <summary><c>-m multiport [!] --dports list</c>: holds if the port is in any of the ranges.</summary>
/// <param name="Side">Which port.</param>
/// <param name="Ports">Up to 15 ports; a range counts as two.</param>
/// <param name="Inverted">Whether the port must be in none.</param>
public sealed record MultiportMatch(MultiportSide Side, EquatableArray<PortRange> Ports, bool Inverted = false) : Match;
