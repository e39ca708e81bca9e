using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <content>The way in: PREROUTING, routing, then INPUT to a socket or FORWARD and POSTROUTING (spec netfilter-datapath 1.2, 5).</content>
internal sealed partial class Host
{
    public void Receive<TTrace>(in Packet packet, int inInterface, uint flow, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (TTrace.Listens) trace.Arrived(this, inInterface, packet);
        Fabric.Watch.Met(this, flow);
        var buffer = new SocketBuffer(packet, inInterface) { Flow = flow };

        // Whatever this host asks of a packet between its hooks it asks of addresses and interfaces, so that the answers hold for the whole flow.
        if (!TTrace.Listens && Netfilter.TryForward(ref buffer))
        {
            if (buffer.OutInterface == inInterface) Icmp.ConsumeRedirect(packet.Source);
            Transmit(ref buffer, ref trace);
            return;
        }

        if (Bridge is { } bridge && bridge.Interface == inInterface)
            bridge.ReceiveFromPort(ref buffer, ref trace);
        else if (Pass(Hook.Prerouting, ref buffer, ref trace))
            RouteInput(ref buffer, ref trace);
    }

    /// <summary>The routing step after PREROUTING.</summary>
    public void RouteInput<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        RouteDecision route = Routing.Lookup(buffer.Packet.Destination);
        if (TTrace.Listens) trace.Routed(this, route, buffer);
        if (IsMartian(buffer))
        {
            End(PacketEndCause.Martian, ref buffer, ref trace);
            return;
        }

        if (!PassesReversePathFilter(buffer))
        {
            End(PacketEndCause.ReversePathFilter, ref buffer, ref trace);
            return;
        }

        switch (route.Type)
        {
            case RouteType.Local:
                if (Pass(Hook.Input, ref buffer, ref trace)) Deliver(ref buffer, ref trace);
                break;
            case RouteType.Unicast:
                Forward(route, ref buffer, ref trace);
                break;
            case RouteType.Unreachable:
                Report(new PacketEnd(Sysctls.Forwarding ? PacketEndCause.NoRoute : PacketEndCause.ForwardingOff), buffer, ref trace);
                if (Sysctls.Forwarding) Icmp.SendNoRoute(buffer, ref trace);
                Netfilter.Conntrack.Release(ref buffer);
                break;
            default:
                End(PacketEndCause.NotUnicast, ref buffer, ref trace);
                break;
        }
    }

    private void Forward<TTrace>(in RouteDecision route, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (!Sysctls.Forwarding)
        {
            End(PacketEndCause.ForwardingOff, ref buffer, ref trace);
            return;
        }

        if (buffer.Packet.Ttl <= 1)
        {
            Report(new PacketEnd(PacketEndCause.TtlExceeded), buffer, ref trace);
            Icmp.Send(IcmpError.TimeExceeded, buffer, ref trace);
            Netfilter.Conntrack.Release(ref buffer);
            return;
        }

        if (route.OutInterface == buffer.InInterface) Icmp.ConsumeRedirect(buffer.Packet.Source);
        buffer.Packet.Ttl--;
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        if (Pass(Hook.Forward, ref buffer, ref trace) && Pass(Hook.Postrouting, ref buffer, ref trace)) Transmit(ref buffer, ref trace);
    }

    /// <summary>Nobody else may send from an address of this host (accept_local is off), nor to or from loopback; IPv6 asks the latter only.</summary>
    private bool IsMartian(in SocketBuffer buffer)
    {
        if (buffer.InInterface <= 1) return false;
        IpAddr source = buffer.Packet.Source;
        if (source.IsIPv4 && Routing.IsAssigned(source)) return true;
        return !Sysctls.RouteLocalnet && (buffer.Packet.Destination.IsLoopback || source.IsLoopback);
    }

    private bool PassesReversePathFilter(in SocketBuffer buffer)
    {
        if (Sysctls.ReversePathFilter == 0 || buffer.InInterface <= 1 || !buffer.Packet.Source.IsIPv4) return true;
        RouteDecision back = Routing.Lookup(buffer.Packet.Source);
        return back.Type == RouteType.Unicast && (Sysctls.ReversePathFilter == 2 || back.OutInterface == buffer.InInterface);
    }

    /// <summary>Runs a hook; answers the sender where a rule rejected the packet.</summary>
    /// <returns>Whether the packet goes on.</returns>
    public bool Pass<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink => Pass(hook, ref buffer, ref trace, out _);

    private bool Pass<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace, out HookVerdict verdict)
        where TTrace : struct, INetworkTraceSink
    {
        verdict = Netfilter.Run(hook, ref buffer, ref trace);
        if (verdict.Result == HookResult.Accept) return true;
        Report(new PacketEnd(PacketEndCause.Netfilter, hook, verdict), buffer, ref trace);
        if (verdict.Result != HookResult.Reject) return false;
        Icmp.Reject(verdict.RejectWith, buffer, ref trace);
        Netfilter.Conntrack.Release(ref buffer);
        return false;
    }

    public void End<TTrace>(PacketEndCause cause, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Netfilter.Conntrack.Release(ref buffer);
        Report(new PacketEnd(cause), buffer, ref trace);
    }

    private void Report<TTrace>(in PacketEnd end, in SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Fabric.Watch.Ended(this, buffer.Flow, end, buffer.Packet);
        if (TTrace.Listens) trace.Ended(this, end, buffer.Packet);
    }

    private void Deliver<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Sockets.Receive(buffer, ref trace);
        SendPending(ref trace);
    }
}
