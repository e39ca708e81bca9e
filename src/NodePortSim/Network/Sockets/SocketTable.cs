using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network.Sockets;

/// <summary>A server: what listens on a port of a host, on all its addresses.</summary>
/// <param name="Name">Who serves: a pod's <c>namespace/name</c>.</param>
internal sealed record Listener(string Name);

/// <summary>The sockets of a host: takes what is delivered, and answers for closed ports.</summary>
internal sealed class SocketTable
{
    private const int FirstEphemeralPort = 32768;
    private const int EphemeralPorts = 28232;

    private readonly Host _host;
    private readonly Dictionary<(Protocol Protocol, ushort Port), Listener> _listeners = [];
    private readonly Dictionary<FlowTuple, Socket> _sockets = [];

    public SocketTable(Host host) => _host = host;

    public void Listen(Protocol protocol, ushort port, Listener listener) => _listeners[(protocol, port)] = listener;

    public void StopListening() => _listeners.Clear();

    /// <summary>The socket of a flow, as this host sends it; null where there is none.</summary>
    public Socket? Find(in FlowTuple tuple) => _sockets.GetValueOrDefault(tuple);

    public void Remove(Socket socket) => _sockets.Remove(socket.Tuple);

    /// <summary>Opens a client's socket.</summary>
    /// <param name="protocol">TCP, UDP or SCTP.</param>
    /// <param name="to">Where to.</param>
    /// <param name="sourcePort">The port to bind, or 0 for an ephemeral one.</param>
    /// <param name="flow">The number of the exchange.</param>
    /// <param name="socket">The socket; null where the host has no route, and so no source address.</param>
    /// <param name="tuple">The flow as the socket sends it.</param>
    /// <param name="isHeld">Whether a TCP connection stays open until it is told to close.</param>
    public bool TryOpen(
        Protocol protocol, IpEndpoint to, ushort sourcePort, uint flow, out IClientSocket? socket, out FlowTuple tuple, bool isHeld = false)
    {
        socket = null;
        RouteDecision route = _host.Routing.Lookup(to.Address);
        bool routed = route.Type is RouteType.Unicast or RouteType.Local;
        tuple = new FlowTuple(default, to.Address, sourcePort, to.Port, protocol);
        if (!routed || !_host.Routing.TrySelectSource(route, to.Address, out IpAddr source)) return false;
        do tuple = tuple with { Source = source, SourcePort = sourcePort != 0 ? sourcePort : EphemeralPort() };
        while (sourcePort == 0 && _sockets.ContainsKey(tuple));
        Socket opened = protocol switch
        {
            Protocol.Tcp => TcpSocket.Client(_host, tuple, flow, isHeld),
            Protocol.Sctp => SctpSocket.Client(_host, tuple, flow),
            _ => new UdpSocket(_host, tuple, flow),
        };
        _sockets[tuple] = opened;
        socket = (IClientSocket)opened;
        return true;
    }

    public void SendFailed(in FlowTuple tuple, SendResult result)
    {
        if (_sockets.TryGetValue(tuple, out Socket? socket)) socket.SendFailed(result);
    }

    /// <summary>Takes a packet that passed INPUT.</summary>
    public void Receive<TTrace>(in SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Packet packet = buffer.Packet;
        if (packet.Protocol is Protocol.Icmp or Protocol.IcmpV6)
        {
            ReceiveIcmp(buffer, ref trace);
            return;
        }

        var tuple = new FlowTuple(packet.Destination, packet.Source, packet.DestinationPort, packet.SourcePort, packet.Protocol);
        if (_sockets.TryGetValue(tuple, out Socket? socket))
        {
            if (TTrace.Listens) trace.Delivered(_host, "socket", packet);
            socket.Received(packet);
        }
        else if (_listeners.TryGetValue((packet.Protocol, packet.DestinationPort), out Listener? listener) && Opens(packet))
        {
            if (TTrace.Listens) trace.Delivered(_host, listener.Name, packet);
            Serve(listener, tuple, buffer);
        }
        else
        {
            if (TTrace.Listens) trace.Delivered(_host, "no socket", packet);
            AnswerForClosedPort(buffer, ref trace);
        }
    }

    private static bool Opens(in Packet packet) => packet.Protocol switch
    {
        Protocol.Tcp => (packet.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst | TcpFlags.Fin)) == TcpFlags.Syn,
        Protocol.Sctp => SctpSocket.IsInit(packet),
        _ => true,
    };

    private void Serve(Listener listener, in FlowTuple tuple, in SocketBuffer buffer)
    {
        _host.Fabric.Watch.Served(_host, listener, buffer.Flow, tuple);
        switch (tuple.Protocol)
        {
            case Protocol.Tcp:
                _sockets[tuple] = TcpSocket.Accept(_host, buffer.Packet, buffer.Flow);
                break;
            case Protocol.Sctp:
                _sockets[tuple] = SctpSocket.Accept(_host, buffer.Packet, buffer.Flow);
                break;
            case Protocol.Udp when buffer.Packet.PayloadLength == UdpSocket.AnswerLength:
                // A server's answer, come to another server's port, gets none: they would talk for ever.
                break;
            default:
                _host.Enqueue(UdpSocket.Datagram(tuple, UdpSocket.AnswerLength, _host.Sysctls.DefaultTtl), buffer.Flow);
                break;
        }
    }

    private void AnswerForClosedPort<TTrace>(in SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        _host.Fabric.Watch.Closed(_host, buffer.Flow, buffer.Packet);
        switch (buffer.Packet.Protocol)
        {
            case Protocol.Tcp when (buffer.Packet.Flags & TcpFlags.Rst) == 0:
                Packet reset = TcpSegment.ResetFor(buffer.Packet);
                if (TTrace.Listens) trace.Answered(_host, reset, "closed port");
                _host.Enqueue(reset, buffer.Flow);
                break;
            case Protocol.Sctp when !SctpSocket.IsAbort(buffer.Packet):
                _host.Enqueue(SctpSocket.AbortFor(buffer.Packet), buffer.Flow);
                break;
            case Protocol.Udp:
                // Sockets have let go of the datagram's entry: the error is looked up as any other packet.
                _host.Icmp.Send(IcmpError.PortUnreachable, buffer with { Entry = -1 }, ref trace);
                break;
        }
    }

    private void ReceiveIcmp<TTrace>(in SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Packet packet = buffer.Packet;
        if (TTrace.Listens) trace.Delivered(_host, "icmp", packet);
        if (packet.IsIcmpError)
        {
            if (_sockets.TryGetValue(packet.Quoted, out Socket? socket) && Meaning(packet) is { } error)
                socket.ErrorReceived(error, IsFatal(packet));
            return;
        }

        bool isRequest = packet.Protocol == Protocol.Icmp ? packet.IcmpType == 8 : packet.IcmpType == 128;
        if (!isRequest) return;
        Packet answer = packet;
        (answer.Source, answer.Destination) = (packet.Destination, packet.Source);
        answer.DestinationPort = (ushort)(packet.Protocol == Protocol.Icmp ? 0 : 129 << 8);
        answer.Ttl = (byte)_host.Sysctls.DefaultTtl;
        _host.Enqueue(answer, buffer.Flow);
    }

    /// <summary>The errno that an ICMP error becomes in a connecting socket.</summary>
    private static SocketResult? Meaning(in Packet error) => (error.Protocol, error.IcmpType, error.IcmpCode) switch
    {
        (Protocol.Icmp, 3, 3) or (Protocol.Icmp, 3, 2) or (Protocol.IcmpV6, 1, 4) => SocketResult.Refused,
        (Protocol.Icmp, 3, 0 or 6 or 9) or (Protocol.IcmpV6, 1, 0) => SocketResult.NetUnreachable,
        (Protocol.Icmp, 3, 4) or (Protocol.IcmpV6, 2, _) => null,
        _ => SocketResult.HostUnreachable,
    };

    /// <summary>The kernel's own classes: unreachable networks and hosts, and time exceeded, may pass; the other errors are final.</summary>
    private static bool IsFatal(in Packet error) => (error.Protocol, error.IcmpType) switch
    {
        (Protocol.Icmp, 3) => error.IcmpCode is not (0 or 1 or 4 or 5 or 11 or 12),
        (Protocol.Icmp, 12) => true,
        (Protocol.IcmpV6, 1) => error.IcmpCode is 1 or 4 or 5 or 6,
        (Protocol.IcmpV6, 4) => true,
        _ => false,
    };

    private ushort EphemeralPort() => (ushort)(FirstEphemeralPort + _host.Random.NextBelow(EphemeralPorts));
}
