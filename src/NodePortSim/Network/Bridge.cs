using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>A node's bridge with its pods as ports, as the CNI shapes bridge and overlay have it.</summary>
/// <remarks>
/// With bridge-nf-call-iptables, a packet from a port passes PREROUTING at the bridge; one that DNAT sends to another port of the bridge goes
/// there without being routed, so that its way back by the bridge passes conntrack too (findings 14, 15).
/// </remarks>
internal sealed class Bridge
{
    private readonly Host _host;
    private readonly Segment _segment;

    public Bridge(Host host, NetworkInterface port, Segment segment, bool nfCallIptables, bool hairpin)
    {
        _host = host;
        _segment = segment;
        Interface = port.Index;
        NfCallIptables = nfCallIptables;
        Hairpin = hairpin;
    }

    public Host Host => _host;

    public int Interface { get; }

    public bool NfCallIptables { get; }

    public bool Hairpin { get; }

    /// <summary>A packet that a port sent to the bridge's own address at layer 2.</summary>
    public void ReceiveFromPort<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        IpAddr sender = buffer.Packet.Source;
        IpAddr destination = buffer.Packet.Destination;
        if (!_host.Pass(Hook.Prerouting, ref buffer, ref trace)) return;
        if (NfCallIptables && buffer.Packet.Destination != destination && IsOnBridge(buffer.Packet.Destination))
        {
            BridgeTo(sender, ref buffer, ref trace);
            return;
        }

        _host.RouteInput(ref buffer, ref trace);
    }

    /// <summary>A packet from one port to another, which the bridge hands over by itself.</summary>
    public void ReceiveBetweenPorts<TTrace>(in Packet packet, uint flow, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        var buffer = new SocketBuffer(packet, Interface) { Flow = flow };
        if (!NfCallIptables)
        {
            Hand(ref buffer, ref trace);
            return;
        }

        IpAddr sender = buffer.Packet.Source;
        IpAddr destination = buffer.Packet.Destination;
        if (!_host.Pass(Hook.Prerouting, ref buffer, ref trace)) return;
        if (buffer.Packet.Destination != destination && !IsOnBridge(buffer.Packet.Destination))
            _host.RouteInput(ref buffer, ref trace);
        else
            BridgeTo(sender, ref buffer, ref trace);
    }

    private bool IsOnBridge(IpAddr address)
    {
        RouteDecision route = _host.Routing.Lookup(address);
        return route.Type == RouteType.Unicast && route.OutInterface == Interface;
    }

    private void BridgeTo<TTrace>(IpAddr sender, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (buffer.Packet.Destination == sender && !Hairpin)
        {
            _host.End(PacketEndCause.HairpinOff, ref buffer, ref trace);
            return;
        }

        buffer.OutInterface = Interface;
        buffer.NextHop = buffer.Packet.Destination;
        if (_host.Pass(Hook.Forward, ref buffer, ref trace) && _host.Pass(Hook.Postrouting, ref buffer, ref trace)) Hand(ref buffer, ref trace);
    }

    private void Hand<TTrace>(ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (!_segment.TryFindReceiver(_host, buffer.Packet.Destination, out Segment.Attachment receiver)) return;
        if (TTrace.Listens) trace.Transmitted(_host, Interface, receiver.Host, buffer.Packet);
        _host.Fabric.Carry(receiver, buffer.Packet, buffer.Flow);
    }
}
