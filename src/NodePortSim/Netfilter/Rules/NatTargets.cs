using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Carries the nat targets out: each asks conntrack to bind one side of the packet's flow (spec netfilter-datapath 3).</summary>
internal sealed class NatTargets(RoutingTable routing, ConntrackTable conntrack)
{
    private static readonly IpAddr LoopbackIPv4 = IpAddr.Parse("127.0.0.1");
    private static readonly IpAddr LoopbackIPv6 = IpAddr.Parse("::1");

    /// <summary>Binds the flow of a packet.</summary>
    /// <returns>Whether the packet goes on; it does not where the target finds no address.</returns>
    public bool Apply(TargetCode code, Target target, Hook hook, ref SocketBuffer buffer)
    {
        switch (code)
        {
            case TargetCode.Dnat:
                var dnat = (DnatTarget)target;
                var range = new NatRange(dnat.Address, dnat.Ports, SourcePortChoice.Keep); // In a variable: an argument would be copied once more.
                return Bind(ref buffer, NatSide.Destination, range);
            case TargetCode.Snat:
                var snat = (SnatTarget)target;
                return Bind(ref buffer, NatSide.Source, new NatRange(snat.Address, snat.Ports, snat.Random));
            case TargetCode.Masquerade:
                return Masquerade((MasqueradeTarget)target, ref buffer);
            case TargetCode.Redirect:
                return Redirect((RedirectTarget)target, hook, ref buffer);
            default:
                throw new ArgumentOutOfRangeException(nameof(code), code, null);
        }
    }

    /// <summary>Spec netfilter-datapath 3.7.</summary>
    private bool Masquerade(MasqueradeTarget target, ref SocketBuffer buffer)
    {
        if (buffer.Packet.Source.IsUnspecified) return true;
        if (buffer.OutInterface == 0 || !routing.TrySelectAddress(buffer.OutInterface, buffer.NextHop, buffer.Packet.Destination, out IpAddr address)) return false;
        var range = new NatRange(address, target.Ports, target.Random, buffer.OutInterface);
        return Bind(ref buffer, NatSide.Source, range);
    }

    /// <summary>To the loopback address for the namespace's own packets, otherwise to the first address of the interface that the packet came in by.</summary>
    private bool Redirect(RedirectTarget target, Hook hook, ref SocketBuffer buffer)
    {
        bool isIPv4 = buffer.Packet.Source.IsIPv4;
        IpAddr address = isIPv4 ? LoopbackIPv4 : LoopbackIPv6;
        if (hook != Hook.Output && !TryFirstAddress(buffer.InInterface, isIPv4, out address)) return false;
        return Bind(ref buffer, NatSide.Destination, new NatRange(address, target.Ports, SourcePortChoice.Keep));
    }

    private bool TryFirstAddress(int index, bool isIPv4, out IpAddr address)
    {
        address = default;
        if (index == 0) return false;
        NetworkInterface of = routing.Interface(index);
        for (int i = 0; i < of.Addresses.Count; i++)
        {
            address = of.Addresses[i].Address;
            if (address.IsIPv4 == isIPv4) return true;
        }

        return false;
    }

    private bool Bind(ref SocketBuffer buffer, NatSide side, in NatRange range)
    {
        conntrack.Bind(ref buffer, side, range);
        return true;
    }
}
