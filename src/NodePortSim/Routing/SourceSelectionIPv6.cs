using System.Numerics;
using NodePortSim.Net;

namespace NodePortSim.Routing;

/// <summary>The kernel's choice of an IPv6 source address (RFC 6724, spec netfilter-datapath 3.7).</summary>
/// <remarks>
/// Of the rules, those that can tell a simulated host's addresses apart: the destination itself, scope, the outgoing interface, label, longest common
/// prefix. Where they do not decide, the address that an interface got last is taken: the kernel puts it before the others.
/// </remarks>
internal static class SourceSelectionIPv6
{
    /// <summary>Chooses among the addresses of all interfaces.</summary>
    /// <param name="interfaces">The host's interfaces.</param>
    /// <param name="outInterface">The index of the interface that the packet leaves by.</param>
    /// <param name="destination">The packet's destination, not the next hop.</param>
    /// <param name="source">The address.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TrySelect(List<NetworkInterface> interfaces, int outInterface, IpAddr destination, out IpAddr source)
    {
        source = default;
        int best = -1;
        foreach (NetworkInterface port in interfaces)
        {
            for (int i = port.Addresses.Count - 1; i >= 0; i--)
            {
                InterfaceAddress candidate = port.Addresses[i];
                if (candidate.Address.IsIPv4 || candidate.Scope != AddressScope.Global) continue;
                int score = Score(candidate, port.Index == outInterface, destination);
                if (score <= best) continue;
                best = score;
                source = candidate.Address;
            }
        }

        return best >= 0;
    }

    private static int Score(in InterfaceAddress candidate, bool isOutgoing, IpAddr destination)
    {
        if (candidate.Address == destination) return int.MaxValue;
        int score = Math.Min(CommonPrefix(candidate.Address, destination), candidate.PrefixLength);
        if (Label(candidate.Address) == Label(destination)) score += 256;
        return isOutgoing ? score + 512 : score;
    }

    private static int CommonPrefix(IpAddr a, IpAddr b) =>
        a.High != b.High ? BitOperations.LeadingZeroCount(a.High ^ b.High) : 64 + BitOperations.LeadingZeroCount(a.Low ^ b.Low);

    /// <summary>The labels of the kernel's table for addresses that can be global.</summary>
    private static int Label(IpAddr address) => (address.High >> 48) switch
    {
        0x2002 => 2,
        0x2001 when (address.High >> 32 & 0xFFFF) == 0 => 6,
        0x2001 when (address.High >> 32 & 0xFFF0) == 0x10 => 7,
        >= 0xFC00 and <= 0xFDFF => 5,
        _ => 1,
    };
}
