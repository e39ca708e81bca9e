using NodePortSim.Net;

namespace NodePortSim.Network.Sockets;

/// <summary>One end of an SCTP association: the four-way handshake, a request, an answer, and an orderly shutdown.</summary>
/// <remarks>A packet carries its first chunk's type in <see cref="Packet.Flags"/>; nothing here is ever lost for good, so nothing is sent again but INIT.</remarks>
internal sealed class SctpSocket : Socket, IClientSocket
{
    private const int MaxInitRetries = 8;
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(3);

    private readonly bool _isClient;
    private int _retries;

    private SctpSocket(Host host, in FlowTuple tuple, uint flow, bool isClient)
        : base(host, tuple, flow) => _isClient = isClient;

    /// <summary>The types of chunks that are used (RFC 9260, 3.2).</summary>
    private enum Chunk : byte
    {
        Data = 0,
        Init = 1,
        InitAck = 2,
        Sack = 3,
        Abort = 6,
        Shutdown = 7,
        ShutdownAck = 8,
        CookieEcho = 10,
        CookieAck = 11,
        ShutdownComplete = 14,
    }

    public SocketResult Result { get; private set; }

    public bool IsClosed { get; private set; }

    public static SctpSocket Client(Host host, in FlowTuple tuple, uint flow) => new(host, tuple, flow, true);

    public static SctpSocket Accept(Host host, in Packet init, uint flow)
    {
        var tuple = new FlowTuple(init.Destination, init.Source, init.DestinationPort, init.SourcePort, Protocol.Sctp);
        var socket = new SctpSocket(host, tuple, flow, false);
        socket.Send(Chunk.InitAck);
        return socket;
    }

    public static bool IsInit(in Packet packet) => (Chunk)packet.Flags == Chunk.Init;

    public static bool IsAbort(in Packet packet) => (Chunk)packet.Flags == Chunk.Abort;

    /// <summary>What a stack without the association answers.</summary>
    public static Packet AbortFor(in Packet packet) => Make(
        new FlowTuple(packet.Destination, packet.Source, packet.DestinationPort, packet.SourcePort, Protocol.Sctp), Chunk.Abort, 64);

    public void Start()
    {
        Send(Chunk.Init);
        Host.Fabric.StartTimer(InitTimeout, this, 0);
    }

    public override void Received(in Packet packet)
    {
        switch ((Chunk)packet.Flags)
        {
            case Chunk.InitAck:
                Send(Chunk.CookieEcho);
                break;
            case Chunk.CookieEcho:
                Send(Chunk.CookieAck);
                break;
            case Chunk.CookieAck:
                Send(Chunk.Data);
                break;
            case Chunk.Data:
                DataReceived();
                break;
            case Chunk.Shutdown:
                Send(Chunk.ShutdownAck);
                break;
            case Chunk.ShutdownAck:
                Send(Chunk.ShutdownComplete);
                Close();
                break;
            case Chunk.ShutdownComplete:
                Close();
                break;
            case Chunk.Abort:
                Fail(SocketResult.Refused);
                break;
        }
    }

    public override void ErrorReceived(SocketResult error, bool isFatal) => Fail(error);

    public override void SendFailed(SendResult result)
    {
        if (result == SendResult.NoRoute) Fail(SocketResult.NetUnreachable);
    }

    protected override void TimerFired(int generation)
    {
        if (IsClosed || Result != SocketResult.Pending || generation != _retries || _retries == MaxInitRetries) return;
        _retries++;
        Send(Chunk.Init);
        Host.Fabric.StartTimer(InitTimeout * Math.Pow(2, _retries), this, _retries);
    }

    private void DataReceived()
    {
        Send(Chunk.Sack);
        if (!_isClient)
        {
            Send(Chunk.Data);
            return;
        }

        Result = SocketResult.Answered;
        Send(Chunk.Shutdown);
    }

    private void Fail(SocketResult result)
    {
        if (Result == SocketResult.Pending) Result = result;
        Close();
    }

    public void Close()
    {
        IsClosed = true;
        Host.Sockets.Remove(this);
    }

    private void Send(Chunk chunk) => Host.Enqueue(Make(Tuple, chunk, Host.Sysctls.DefaultTtl), Flow);

    private static Packet Make(in FlowTuple tuple, Chunk chunk, int ttl)
    {
        int length = chunk switch
        {
            Chunk.Data => 60,
            Chunk.Init => 40,
            Chunk.InitAck or Chunk.CookieEcho => 240,
            _ => 16,
        };
        return new Packet
        {
            Source = tuple.Source,
            Destination = tuple.Destination,
            SourcePort = tuple.SourcePort,
            DestinationPort = tuple.DestinationPort,
            Protocol = Protocol.Sctp,
            Flags = (TcpFlags)chunk,
            Ttl = (byte)ttl,
            WindowScale = -1,
            PayloadLength = length - 12,
            Length = TcpSegment.HeaderLength(tuple.Source) + length,
        };
    }
}
