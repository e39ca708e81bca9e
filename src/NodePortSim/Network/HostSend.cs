using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>What a socket learns at once of a packet that it sends.</summary>
internal enum SendResult : byte
{
    /// <summary>The packet is on its way, or was lost without the socket knowing.</summary>
    Sent,

    /// <summary>No route: ENETUNREACH.</summary>
    NoRoute,

    /// <summary>A rule in OUTPUT dropped or rejected it: EPERM.</summary>
    Denied,

    /// <summary>Where DNAT in OUTPUT sent it there is no route: ENETUNREACH for a datagram, while a SYN is lost (spec netfilter-datapath 1.5).</summary>
    RerouteFailed,
}

/// <content>The way out: routing, OUTPUT, POSTROUTING, then a link or back in over lo (spec netfilter-datapath 1.2).</content>
internal sealed partial class Host
{
    /// <summary>A neighbour that does not answer is given up after three probes, one a second (finding 35).</summary>
    private static readonly TimeSpan NeighborTimeout = TimeSpan.FromSeconds(3.06);

    private readonly Queue<PendingPacket> _pending = new();
    private bool _isSending;

    /// <summary>Keeps a packet of a socket until the call that made it is over; <see cref="SendPending"/> sends it.</summary>
    public void Enqueue(in Packet packet, uint flow) => _pending.Enqueue(new PendingPacket(packet, flow));

    /// <summary>Sends what sockets have made, and what they make of what comes back over lo meanwhile.</summary>
    /// <remarks>One after another, not one inside the other: an exchange over lo must not go as deep as it is long.</remarks>
    public void SendPending<TTrace>(ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (_isSending) return;
        _isSending = true;
        try
        {
            while (_pending.TryDequeue(out PendingPacket pending))
            {
                SendResult result = Send(pending.Packet, pending.Flow, ref trace);
                if (result != SendResult.Sent) Sockets.SendFailed(pending.Packet.Tuple, result);
            }
        }
        finally
        {
            _isSending = false;
        }
    }

    /// <summary>Sends a packet of this host's own.</summary>
    public SendResult Send<TTrace>(in Packet packet, uint flow, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        var buffer = new SocketBuffer(packet, 0) { Flow = flow };
        return Send(ref buffer, ref trace);
    }

    /// <summary>Sends a packet of this host's own, which may belong to a conntrack entry already.</summary>
    public SendResult Send<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (TTrace.Listens) trace.Sent(this, buffer.Packet);
        Fabric.Watch.Met(this, buffer.Flow);
        RouteDecision route = Routing.Lookup(buffer.Packet.Destination);
        if (TTrace.Listens) trace.Routed(this, route, buffer);
        if (route.Type is RouteType.Unreachable)
        {
            End(PacketEndCause.NoRoute, ref buffer, ref trace);
            return SendResult.NoRoute;
        }

        if (route.Type is not (RouteType.Unicast or RouteType.Local))
        {
            End(PacketEndCause.NotUnicast, ref buffer, ref trace);
            return SendResult.Sent;
        }

        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        if (!Pass(Hook.Output, ref buffer, ref trace, out HookVerdict verdict))
            return ResultOf(verdict, buffer.Packet);
        if (Pass(Hook.Postrouting, ref buffer, ref trace)) Transmit(ref buffer, ref trace);
        return SendResult.Sent;
    }

    private static SendResult ResultOf(in HookVerdict verdict, in Packet packet) => verdict.Cause switch
    {
        DropCause.Rule or DropCause.Policy => SendResult.Denied,
        DropCause.RerouteFailed when !packet.Source.IsLoopback => SendResult.RerouteFailed,
        _ => SendResult.Sent,
    };

    /// <summary>Hands a packet to its interface: back in over lo, to the bridge, or onto the link.</summary>
    public void Transmit<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (buffer.OutInterface == 1)
        {
            LoopBack(ref buffer, ref trace);
            return;
        }

        if (SegmentOf(buffer.OutInterface) is not { } segment || !segment.TryFindReceiver(this, buffer.NextHop, out Segment.Attachment receiver))
        {
            End(PacketEndCause.NoNeighbor, ref buffer, ref trace);
            Fabric.StartTimer(NeighborTimeout, new NeighborFailure(this, buffer), 0);
            return;
        }

        if (TTrace.Listens) trace.Transmitted(this, buffer.OutInterface, receiver.Host, buffer.Packet);
        if (segment.Owner is { } bridge && bridge.Host != this && bridge.Host != receiver.Host)
            bridge.ReceiveBetweenPorts(buffer.Packet, buffer.Flow, ref trace);
        else
            Fabric.Carry(receiver, buffer.Packet, buffer.Flow);
    }

    /// <summary>The packet comes in over lo with its conntrack entry: PREROUTING neither tracks nor translates it again.</summary>
    private void LoopBack<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        buffer.InInterface = 1;
        buffer.OutInterface = 0;
        buffer.Mark = 0;
        if (TTrace.Listens) trace.Arrived(this, 1, buffer.Packet);
        if (Pass(Hook.Prerouting, ref buffer, ref trace)) RouteInput(ref buffer, ref trace);
    }

    private readonly record struct PendingPacket(Packet Packet, uint Flow);

    /// <summary>The neighbour did not answer: the sender learns that the host is unreachable.</summary>
    private sealed class NeighborFailure(Host host, SocketBuffer buffer) : ITimerTarget
    {
        public void TimerFired<TTrace>(int generation, ref TTrace trace)
            where TTrace : struct, INetworkTraceSink
        {
            host.Icmp.Send(IcmpError.HostUnreachable, buffer, ref trace);
        }
    }
}
