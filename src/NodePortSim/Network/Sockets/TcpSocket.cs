using NodePortSim.Net;

namespace NodePortSim.Network.Sockets;

/// <summary>One end of a TCP connection: a request, an answer, and an orderly close by the client.</summary>
/// <remarks>
/// As the lab's own exchange: SYN, SYN-ACK, ACK, request, ACK, answer, ACK, FIN, FIN, ACK: ten segments (finding 4). What is not acknowledged is
/// sent again as Linux does: a SYN after 1, 2, 4 … seconds, data after 200 ms doubling.
/// </remarks>
internal sealed class TcpSocket : Socket, IClientSocket
{
    /// <summary>The length of the client's request in bytes.</summary>
    public const int RequestLength = 78;

    /// <summary>The length of the server's answer in bytes.</summary>
    public const int AnswerLength = 233;

    private const int MaxSynRetries = 6;
    private const int MaxRetries = 15;
    private static readonly TimeSpan SynTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DataTimeout = TimeSpan.FromMilliseconds(200);

    private readonly bool _isClient;
    private readonly bool _isHeld;
    private State _state;
    private uint _sendNext;
    private uint _receiveNext;
    private Packet _unacknowledged;
    private int _generation;
    private int _retries;

    private TcpSocket(Host host, in FlowTuple tuple, uint flow, bool isClient, bool isHeld = false)
        : base(host, tuple, flow)
    {
        _isClient = isClient;
        _isHeld = isHeld;
        _sendNext = host.Random.NextUInt32();
    }

    private enum State : byte
    {
        SynSent,
        SynReceived,
        Established,
        RequestSent,
        FinSent,
        LastAck,
        Closed,
    }

    public SocketResult Result { get; private set; }

    public bool IsClosed => _state == State.Closed;

    /// <summary>Whether it is held open, and nothing it asked is unanswered.</summary>
    public bool IsIdle => _state == State.Established;

    /// <summary>Makes a client's end.</summary>
    /// <param name="host">The client.</param>
    /// <param name="tuple">The flow as the client sends it.</param>
    /// <param name="flow">The number of the exchange.</param>
    /// <param name="isHeld">Whether it asks only when <see cref="Ask"/> says so and stays open afterwards, instead of one request and a close.</param>
    public static TcpSocket Client(Host host, in FlowTuple tuple, uint flow, bool isHeld = false) => new(host, tuple, flow, true, isHeld);

    /// <summary>Answers a SYN.</summary>
    public static TcpSocket Accept(Host host, in Packet syn, uint flow)
    {
        var tuple = new FlowTuple(syn.Destination, syn.Source, syn.DestinationPort, syn.SourcePort, Protocol.Tcp);
        var socket = new TcpSocket(host, tuple, flow, false) { _receiveNext = unchecked(syn.Sequence + 1), _state = State.SynReceived };
        socket.SendReliably(TcpFlags.Syn | TcpFlags.Ack, 0);
        return socket;
    }

    public void Start() => SendReliably(TcpFlags.Syn, 0);

    /// <summary>Sends a request over a held connection.</summary>
    public void Ask()
    {
        Result = SocketResult.Pending;
        _state = State.RequestSent;
        SendReliably(TcpFlags.Psh | TcpFlags.Ack, RequestLength);
    }

    /// <summary>Begins the orderly close of a held connection.</summary>
    public void Finish()
    {
        _state = State.FinSent;
        SendReliably(TcpFlags.Fin | TcpFlags.Ack, 0);
    }

    /// <summary>Ends a connection with a RST.</summary>
    public void Abort()
    {
        Send(TcpFlags.Rst | TcpFlags.Ack, 0);
        Close();
    }

    /// <summary>What this end would send next; its state stays as it is.</summary>
    public Packet NextSegment(TcpFlags flags, int payload) => Segment(flags, payload);

    public override void Received(in Packet packet)
    {
        if ((packet.Flags & TcpFlags.Rst) != 0)
        {
            ResetReceived(packet);
            return;
        }

        bool acknowledges = (packet.Flags & TcpFlags.Ack) != 0 && packet.Acknowledgment == _sendNext;
        if (acknowledges) StopRetransmission();
        switch (_state)
        {
            case State.SynSent:
                SynAnswered(packet, acknowledges);
                return;
            case State.SynReceived when acknowledges:
                _state = State.Established;
                break;
            case State.LastAck when acknowledges:
                Close();
                return;
        }

        if (packet.Sequence != _receiveNext)
        {
            // An old segment again, or one that does not fit: tell the peer where we are.
            if (TcpSegment.SequenceLength(packet) > 0) Send(TcpFlags.Ack, 0);
            return;
        }

        _receiveNext = unchecked(_receiveNext + TcpSegment.SequenceLength(packet));
        if (packet.PayloadLength > 0) DataReceived();
        if ((packet.Flags & TcpFlags.Fin) != 0) FinReceived();
    }

    public override void ErrorReceived(SocketResult error)
    {
        // Established connections take ICMP errors as hints only.
        if (_state != State.SynSent) return;
        if (IsHeldByConnect)
            Host.Fabric.Watch.Overlooked(Flow);
        else
            Fail(error);
    }

    /// <summary>Whether an error that arrives now finds the socket locked by its own connect(), where IPv6's TCP overlooks it.</summary>
    /// <remarks>
    /// Between namespaces of one machine (lo, veth, bridges: the wiring of the lab and of kind) the first SYN, its way to the rule that rejects it
    /// and the error's way back all run inside the client's call of connect(), which holds the socket. Measured with kernel 6.18, REJECT
    /// in INPUT, FORWARD and OUTPUT, from the node itself, its pod, another node and a client: LockDroppedIcmps counts one for each connection;
    /// over IPv4 poll() reports the error all the same, at once; over IPv6 it does not (624 of 624 connections, one after another and 12 at
    /// once), and ECONNREFUSED comes with the answer to the second SYN, after 1.02 s. UDP and RSTs do not suffer from it. Connections that race
    /// through an unresolved neighbour may escape (14 of 660, 12 at once), which one connection after another never does.
    /// </remarks>
    private bool IsHeldByConnect => !Tuple.Source.IsIPv4 && _retries == 0;

    public override void SendFailed(SendResult result)
    {
        // A SYN that OUTPUT drops is simply sent again; only the lack of a route is told at once.
        if (result == SendResult.NoRoute && _state == State.SynSent) Fail(SocketResult.NetUnreachable);
    }

    protected override void TimerFired(int generation)
    {
        if (generation != _generation || _state == State.Closed) return;
        if (++_retries > (IsOpening ? MaxSynRetries : MaxRetries))
        {
            Close();
            return;
        }

        Host.Enqueue(_unacknowledged, Flow);
        StartTimer();
    }

    private bool IsOpening => _state is State.SynSent or State.SynReceived;

    private void SynAnswered(in Packet packet, bool acknowledges)
    {
        if ((packet.Flags & TcpFlags.Ack) != 0 && !acknowledges)
        {
            Host.Enqueue(TcpSegment.ResetFor(packet), Flow);
            return;
        }

        if ((packet.Flags & (TcpFlags.Syn | TcpFlags.Ack)) != (TcpFlags.Syn | TcpFlags.Ack)) return;
        _receiveNext = unchecked(packet.Sequence + 1);
        Send(TcpFlags.Ack, 0);
        if (_isHeld)
        {
            Result = SocketResult.Answered;
            _state = State.Established;
            return;
        }

        _state = State.RequestSent;
        SendReliably(TcpFlags.Psh | TcpFlags.Ack, RequestLength);
    }

    private void DataReceived()
    {
        Send(TcpFlags.Ack, 0);
        if (_isClient)
        {
            Result = SocketResult.Answered;
            if (_isHeld) _state = State.Established;
            else Finish();
        }
        else
        {
            SendReliably(TcpFlags.Psh | TcpFlags.Ack, AnswerLength);
        }
    }

    private void FinReceived()
    {
        if (_isClient)
        {
            Send(TcpFlags.Ack, 0);
            Close();
            return;
        }

        _state = State.LastAck;
        SendReliably(TcpFlags.Fin | TcpFlags.Ack, 0);
    }

    /// <summary>Linux takes a RST only if it fits exactly; others it may answer with an ACK (RFC 5961).</summary>
    private void ResetReceived(in Packet packet)
    {
        if (_state == State.SynSent)
        {
            if (packet.Acknowledgment == _sendNext) Fail(SocketResult.Refused);
        }
        else if (packet.Sequence == _receiveNext)
        {
            Fail(SocketResult.Reset);
        }
        else
        {
            Send(TcpFlags.Ack, 0);
        }
    }

    private void Fail(SocketResult result)
    {
        if (Result == SocketResult.Pending || _isHeld) Result = result;
        Close();
    }

    public void Close()
    {
        StopRetransmission();
        _state = State.Closed;
        Host.Sockets.Remove(this);
    }

    private void Send(TcpFlags flags, int payload) => Host.Enqueue(Segment(flags, payload), Flow);

    /// <summary>Sends what takes sequence space, and again until it is acknowledged.</summary>
    private void SendReliably(TcpFlags flags, int payload)
    {
        _unacknowledged = Segment(flags, payload);
        _sendNext = unchecked(_sendNext + TcpSegment.SequenceLength(_unacknowledged));
        _retries = 0;
        Host.Enqueue(_unacknowledged, Flow);
        StartTimer();
    }

    private Packet Segment(TcpFlags flags, int payload) =>
        TcpSegment.Make(Tuple, flags, _sendNext, (flags & TcpFlags.Ack) != 0 ? _receiveNext : 0, payload, Host.Sysctls.DefaultTtl);

    private void StartTimer() =>
        Host.Fabric.StartTimer((IsOpening ? SynTimeout : DataTimeout) * Math.Pow(2, _retries), this, ++_generation);

    private void StopRetransmission() => _generation++;
}
