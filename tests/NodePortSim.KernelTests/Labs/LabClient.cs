using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;
using NodePortSim.Network.Sockets;
using NodePortSim.Simulation;
using Socket = System.Net.Sockets.Socket;

namespace NodePortSim.KernelTests.Labs;

/// <summary>What a client learnt of one connection of the kernel.</summary>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Pod">Who answered, <c>namespace/name</c>; null where none did.</param>
/// <param name="Peer">The peer that the server saw; null where none answered.</param>
/// <param name="WasSlow">Whether the machine was so busy that delayed acknowledgements or retransmissions may have come between.</param>
internal sealed record LabConnection(Outcome Outcome, string? Pod, IpEndpoint? Peer, bool WasSlow = false);

/// <summary>Makes connections from a namespace, each to its end, as the simulator's clients do.</summary>
internal sealed class LabClient(EchoServers servers)
{
    /// <summary>How long a client waits, here and in the simulator: less than it takes until a SYN is sent again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it waits for a server's process, which a busy machine may hold up: nothing is sent again meanwhile by the client.</summary>
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DatagramPatience = TimeSpan.FromMilliseconds(600);

    /// <summary>The kernel acknowledges at the latest after 40 ms what no data acknowledges.</summary>
    private static readonly TimeSpan Undisturbed = TimeSpan.FromMilliseconds(30);

    public LabConnection Connect(NetworkNamespace host, Protocol protocol, IpEndpoint to, ushort sourcePort)
    {
        bool isTcp = protocol == Protocol.Tcp;
        AddressFamily family = to.Address.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        using Socket socket = host.Run(() => new Socket(family, isTcp ? SocketType.Stream : SocketType.Dgram, isTcp ? ProtocolType.Tcp : ProtocolType.Udp));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(to.Address.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any, sourcePort));
        socket.Blocking = false;
        try
        {
            return Converse(socket, isTcp, new IPEndPoint(IPAddress.Parse(to.Address.ToString()), to.Port));
        }
        catch (SocketException e)
        {
            return new LabConnection(OutcomeOf(e.SocketErrorCode), null, null);
        }
    }

    private LabConnection Converse(Socket socket, bool isTcp, IPEndPoint to)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            socket.Connect(to);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!IsReady(socket, SelectMode.SelectWrite, Patience)) return new LabConnection(Outcome.Timeout, null, null);
        }

        socket.Send(new byte[isTcp ? TcpSocket.RequestLength : UdpSocket.RequestLength]);
        if (!IsReady(socket, SelectMode.SelectRead, isTcp ? ServerPatience : DatagramPatience)) return new LabConnection(Outcome.Timeout, null, null);
        byte[] answer = new byte[512];
        int length = socket.Receive(answer);
        (int server, IPEndPoint peer) = EchoServers.Read(answer.AsSpan(0, length));
        if (isTcp)
        {
            // Waits for the server's end, so that the connection is over when it is looked at.
            socket.Shutdown(SocketShutdown.Send);
            socket.Poll(ServerPatience, SelectMode.SelectRead);
        }

        bool wasSlow = isTcp && Stopwatch.GetElapsedTime(started) > Undisturbed;
        return new LabConnection(Outcome.Connected, servers.NameOf(server), new IpEndpoint(IpAddr.Parse(peer.Address.ToString()), (ushort)peer.Port), wasSlow);
    }

    /// <exception cref="SocketException">The socket has an error: an ICMP error ends the wait, but makes the socket neither readable nor writable.</exception>
    private static bool IsReady(Socket socket, SelectMode mode, TimeSpan patience)
    {
        long started = Stopwatch.GetTimestamp();
        bool ready = socket.Poll(patience, mode);

        // SO_ERROR would tell errors, too, that did not end the wait: IPv6's TCP keeps one that arrives inside connect() to itself.
        if (!ready && Stopwatch.GetElapsedTime(started) >= patience) return false;
        var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;

        // An error that came in is none of the host's own rules: "prohibited" over IPv6 is EACCES, as EPERM is for .NET.
        if (error == SocketError.AccessDenied) error = SocketError.HostUnreachable;
        return error == SocketError.Success ? ready : throw new SocketException((int)error);
    }

    private static Outcome OutcomeOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => Outcome.Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => Outcome.Unreachable,
        SocketError.AccessDenied => Outcome.Denied,
        SocketError.TimedOut => Outcome.Timeout,
        _ => throw new InvalidOperationException($"an error that no outcome stands for: {error}"),
    };
}
