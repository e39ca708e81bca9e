using NodePortSim.Net;
using NodePortSim.Network.Sockets;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation;

/// <summary>A TCP connection that its client holds open. What it is asked to do happens at once, in virtual time. Not thread-safe.</summary>
/// <remarks>The cluster may change between calls; a change of the network's shape or kernel parameters makes new hosts, which know nothing of it.</remarks>
public sealed class OpenConnection
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(1);

    private readonly ConnectionRunner _runner;
    private readonly TcpSocket? _client;
    private readonly TcpSocket? _server;

    internal OpenConnection(ConnectionRunner runner, Connection opening, TcpSocket? client, TcpSocket? server)
    {
        _runner = runner;
        Opening = opening;
        _client = client;
        _server = server;
    }

    /// <summary>How the connection was opened, or why it was not.</summary>
    public Connection Opening { get; }

    /// <summary>Whether the client's socket is open: it connected, and neither side has ended it since.</summary>
    public bool IsOpen => _client is { IsClosed: false };

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="timeout">How long to wait; null means 1 second. What is not acknowledged is sent again meanwhile and afterwards.</param>
    /// <returns>
    /// <see cref="Outcome.Connected"/> where the answer came, <see cref="Outcome.Refused"/> where a RST ended the connection (ECONNRESET),
    /// <see cref="Outcome.Timeout"/> where nothing came.
    /// </returns>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public Outcome Send(TimeSpan? timeout = null)
    {
        TcpSocket client = Client;
        return _runner.Run(client, static socket => socket.Ask(), () => client.IsClosed || client.IsIdle, timeout ?? DefaultTimeout);
    }

    /// <summary>Sends a request, records its way there and its answer's way back and, where none comes, finds out what would have to be different, and which fix works.</summary>
    /// <param name="timeout">As in <see cref="Send"/>.</param>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public Trace Explain(TimeSpan? timeout = null) => _runner.ExplainRequest(Client, Opening, timeout ?? DefaultTimeout);

    /// <summary>Closes the connection in order: FIN, the other side's FIN, and the ACK of it.</summary>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public void Close()
    {
        TcpSocket client = Client;
        _runner.Run(client, static socket => socket.Finish(), () => client.IsClosed, DefaultTimeout);
        client.Close();
    }

    /// <summary>Ends the connection with a RST.</summary>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public void Reset() => _runner.Run(Client, static socket => socket.Abort(), static () => true, DefaultTimeout);

    /// <summary>The segment that the client would send next, to be changed and sent by <see cref="SimulatedHost.SendRaw"/>; the socket does not learn of it.</summary>
    /// <param name="flags">Its control bits.</param>
    /// <param name="payloadLength">Its payload in bytes.</param>
    /// <exception cref="InvalidOperationException">The connection never opened.</exception>
    public Packet ClientSegment(TcpFlags flags, int payloadLength = 0) => NextOf(_client, flags, payloadLength);

    /// <summary>The segment that the backend would send next, to be changed and sent from the backend's host; its socket does not learn of it.</summary>
    /// <param name="flags">Its control bits.</param>
    /// <param name="payloadLength">Its payload in bytes.</param>
    /// <exception cref="InvalidOperationException">The connection never opened.</exception>
    public Packet ServerSegment(TcpFlags flags, int payloadLength = 0) => NextOf(_server, flags, payloadLength);

    private TcpSocket Client => IsOpen ? _client! : throw new InvalidOperationException("the connection is not open");

    private Packet NextOf(TcpSocket? socket, TcpFlags flags, int payloadLength) => Opening.Outcome == Outcome.Connected
        ? socket!.NextSegment(flags, payloadLength)
        : throw new InvalidOperationException("the connection never opened");
}
