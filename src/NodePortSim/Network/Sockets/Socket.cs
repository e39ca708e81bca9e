using NodePortSim.Net;

namespace NodePortSim.Network.Sockets;

/// <summary>How an exchange of a client's socket ended.</summary>
internal enum SocketResult : byte
{
    /// <summary>It goes on.</summary>
    Pending,

    /// <summary>The answer came.</summary>
    Answered,

    /// <summary>ECONNREFUSED: a RST or an ICMP port unreachable came.</summary>
    Refused,

    /// <summary>ECONNRESET: a RST came after the connection was open.</summary>
    Reset,

    /// <summary>ENETUNREACH: no route here, or an ICMP network unreachable came.</summary>
    NetUnreachable,

    /// <summary>EHOSTUNREACH: an ICMP host unreachable, prohibited or time exceeded came.</summary>
    HostUnreachable,

    /// <summary>EPERM: this host's OUTPUT dropped the packet.</summary>
    Denied,
}

/// <summary>An end of a flow on a host. It hands packets to <see cref="Host.Enqueue"/>, and the host sends them.</summary>
internal abstract class Socket : ITimerTarget
{
    protected Socket(Host host, in FlowTuple tuple, uint flow)
    {
        Host = host;
        Tuple = tuple;
        Flow = flow;
    }

    public Host Host { get; }

    /// <summary>The flow as this end sends it.</summary>
    public FlowTuple Tuple { get; }

    public uint Flow { get; }

    public abstract void Received(in Packet packet);

    /// <summary>An ICMP error about a packet of this end arrived.</summary>
    /// <param name="error">What it says.</param>
    /// <param name="isFatal">Whether it is final, and not perhaps only a route that changes.</param>
    public abstract void ErrorReceived(SocketResult error, bool isFatal);

    /// <summary>The host could not send a packet of this end.</summary>
    public abstract void SendFailed(SendResult result);

    public void TimerFired<TTrace>(int generation, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        TimerFired(generation);
        Host.SendPending(ref trace);
    }

    protected virtual void TimerFired(int generation)
    {
    }
}

/// <summary>A client's end: has a result.</summary>
internal interface IClientSocket
{
    SocketResult Result { get; }

    /// <summary>Whether nothing more will happen: the exchange is over and closed.</summary>
    bool IsClosed { get; }

    /// <summary>Sends the first packet.</summary>
    void Start();

    /// <summary>Ends the socket, given up or not: nothing is sent.</summary>
    void Close();
}
