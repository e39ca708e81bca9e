using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Targets;

/// <summary><c>-j DNAT --to-destination address[:port]</c>: gives the flow another destination (spec netfilter-datapath 3.1).</summary>
/// <param name="Address">The new destination address; null keeps it.</param>
/// <param name="Ports">The new destination port or range; null keeps it.</param>
public sealed record DnatTarget(IpAddr? Address, PortRange? Ports) : Target;

/// <summary><c>-j SNAT --to-source address[:ports]</c>: gives the flow another source (spec netfilter-datapath 3.3).</summary>
/// <param name="Address">The new source address; null keeps it.</param>
/// <param name="Ports">The range to take the port from; null keeps it where free.</param>
/// <param name="Random">Whether the port is always chosen at random: <c>--random</c>, <c>--random-fully</c>.</param>
public sealed record SnatTarget(IpAddr? Address, PortRange? Ports, SourcePortChoice Random = SourcePortChoice.Keep) : Target;

/// <summary><c>-j MASQUERADE</c>: gives the flow the address of the interface that it leaves by (spec netfilter-datapath 3.7).</summary>
/// <param name="Ports"><c>--to-ports</c>; null means the class of the port.</param>
/// <param name="Random">Whether the port is always chosen at random.</param>
public sealed record MasqueradeTarget(PortRange? Ports = null, SourcePortChoice Random = SourcePortChoice.Keep) : Target;

/// <summary><c>-j REDIRECT --to-ports</c>: gives the flow this host as its destination.</summary>
/// <param name="Ports">The new destination port or range; null keeps it.</param>
public sealed record RedirectTarget(PortRange? Ports = null) : Target;

/// <summary>How source NAT chooses a port.</summary>
public enum SourcePortChoice : byte
{
    /// <summary>The flow's own port where it is free.</summary>
    Keep,

    /// <summary><c>--random</c>.</summary>
    Random,

    /// <summary><c>--random-fully</c>, kube-proxy's choice.</summary>
    RandomFully,
}
