using NodePortSim.Net;

namespace NodePortSim.Network.Sockets;

/// <summary>A client's connected UDP socket: one datagram, one answer.</summary>
internal sealed class UdpSocket : Socket, IClientSocket
{
    /// <summary>The length of the client's datagram in bytes.</summary>
    public const int RequestLength = 6;

    /// <summary>The length of the server's answer in bytes.</summary>
    public const int AnswerLength = 100;

    public UdpSocket(Host host, in FlowTuple tuple, uint flow)
        : base(host, tuple, flow)
    {
    }

    public SocketResult Result { get; private set; }

    public bool IsClosed => Result != SocketResult.Pending;

    /// <summary>Makes a datagram.</summary>
    public static Packet Datagram(in FlowTuple tuple, int payload, int ttl) => new()
    {
        Source = tuple.Source,
        Destination = tuple.Destination,
        SourcePort = tuple.SourcePort,
        DestinationPort = tuple.DestinationPort,
        Protocol = Protocol.Udp,
        Ttl = (byte)ttl,
        WindowScale = -1,
        PayloadLength = payload,
        Length = TcpSegment.HeaderLength(tuple.Source) + 8 + payload,
    };

    public void Start() => Host.Enqueue(Datagram(Tuple, RequestLength, Host.Sysctls.DefaultTtl), Flow);

    public void Close() => Host.Sockets.Remove(this);

    public override void Received(in Packet packet) => Finish(SocketResult.Answered);

    public override void ErrorReceived(SocketResult error, bool isFatal)
    {
        // A connected UDP socket learns of final errors alone: a network or host that cannot be reached ends in silence.
        if (isFatal) Finish(error);
    }

    /// <summary>What send() itself returns comes before any error that arrived meanwhile.</summary>
    public override void SendFailed(SendResult result) =>
        Result = result is SendResult.NoRoute or SendResult.RerouteFailed ? SocketResult.NetUnreachable : SocketResult.Denied;

    private void Finish(SocketResult result)
    {
        if (Result == SocketResult.Pending) Result = result;
    }
}
