using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Nat;

/// <summary>What a NAT target asks of a binding: <c>struct nf_nat_range2</c>.</summary>
/// <param name="Address">The address to take; null keeps the flow's.</param>
/// <param name="Ports">The ports to choose from; null keeps the port, or searches its class (spec netfilter-datapath 3.4).</param>
/// <param name="Choice">Whether a port is always chosen at random.</param>
/// <param name="MasqueradeInterface">For MASQUERADE, the index of the interface that the flow leaves by; 0 otherwise.</param>
internal readonly record struct NatRange(IpAddr? Address, PortRange? Ports, SourcePortChoice Choice, int MasqueradeInterface = 0)
{
    /// <summary>Whether a port is always searched. Current kernels treat both options alike (spec netfilter-datapath 3.3).</summary>
    public bool IsRandom => Choice != SourcePortChoice.Keep;

    /// <summary>Whether the source that a reply tuple is addressed to lies in the range.</summary>
    public bool Holds(in FlowTuple reply)
    {
        if (Address is { } address && address != reply.Destination) return false;
        return Ports is not { } ports || ports.Contains(reply.Protocol is Protocol.Icmp or Protocol.IcmpV6 ? reply.SourcePort : reply.DestinationPort);
    }
}
