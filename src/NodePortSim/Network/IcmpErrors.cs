using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>An ICMP error that a host sends.</summary>
internal enum IcmpError : byte
{
    /// <summary>No route to the network.</summary>
    NetUnreachable,

    /// <summary>Nobody has the address.</summary>
    HostUnreachable,

    /// <summary>The protocol is not served.</summary>
    ProtocolUnreachable,

    /// <summary>The port is closed.</summary>
    PortUnreachable,

    /// <summary>Sending to the network is forbidden.</summary>
    NetProhibited,

    /// <summary>Sending to the host is forbidden.</summary>
    HostProhibited,

    /// <summary>Sending is forbidden by an administrator.</summary>
    AdminProhibited,

    /// <summary>The time to live ended on the way.</summary>
    TimeExceeded,
}

/// <summary>A host's ICMP errors and RSTs about packets, and the allowance that each peer has of them (spec netfilter-datapath 4, findings 30 to 33).</summary>
internal sealed class IcmpErrors
{
    /// <summary>A peer that was quiet may be sent this many errors at once.</summary>
    private const int Burst = 6;

    private static readonly TimeSpan RedirectSilence = TimeSpan.FromSeconds(20.48);
    private static readonly TimeSpan RedirectLoad = TimeSpan.FromMilliseconds(20);
    private const int RedirectNumber = 9;

    private readonly Host _host;
    private readonly Dictionary<IpAddr, Peer> _peers = [];

    public IcmpErrors(Host host) => _host = host;

    /// <summary>Sends an error about a packet to its source, if the source's allowance lets it.</summary>
    public void Send<TTrace>(IcmpError error, in SocketBuffer about, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Packet packet = about.Packet;
        if (packet.IsIcmpError || packet.Source.IsUnspecified || packet.Source.IsMulticast) return;
        if (!TrySourceFor(packet, out IpAddr source) || !IsAllowed(packet.Source)) return;
        Packet answer = Message(error, source, packet);
        if (TTrace.Listens) trace.Answered(_host, answer, error.ToString());
        _host.Send(answer, about.Flow, ref trace);
    }

    /// <summary>Answers a packet that a REJECT target ended.</summary>
    public void Reject<TTrace>(RejectWith with, in SocketBuffer about, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (with != RejectWith.TcpReset)
        {
            Send(ErrorOf(with), about, ref trace);
            return;
        }

        if (about.Packet.Protocol != Protocol.Tcp || (about.Packet.Flags & TcpFlags.Rst) != 0) return;
        Packet reset = Sockets.TcpSegment.ResetFor(about.Packet);
        if (TTrace.Listens) trace.Answered(_host, reset, "REJECT tcp-reset");
        _host.Send(reset, about.Flow, ref trace);
    }

    /// <summary>Forwarding a packet out of the interface that it came in by takes of the sender's allowance, as the kernel's redirects do (finding 33).</summary>
    public void ConsumeRedirect(IpAddr peerAddress)
    {
        RouteDecision back = _host.Routing.Lookup(peerAddress);
        if (back.Type != RouteType.Unicast || back.NextHop != peerAddress) return;
        long now = _host.Fabric.Time.GetTimestamp();
        Peer peer = PeerOf(peerAddress, now);
        if (now > peer.Last + RedirectSilence.Ticks) peer.Redirects = 0;
        if (peer.Redirects >= RedirectNumber || (peer.Redirects != 0 && now <= peer.Last + (RedirectLoad.Ticks << peer.Redirects)))
        {
            if (peer.Redirects >= RedirectNumber) peer.Last = now;
            return;
        }

        peer.Last = now;
        peer.Redirects++;
    }

    /// <summary>The kernel's token bucket: a token a limit's time, six at the most.</summary>
    private bool IsAllowed(IpAddr peerAddress)
    {
        long limit = TimeSpan.FromMilliseconds(_host.Sysctls.IcmpRateLimit).Ticks;
        if (limit == 0 || _host.Routing.IsLocal(peerAddress)) return true;
        long now = _host.Fabric.Time.GetTimestamp();
        Peer peer = PeerOf(peerAddress, now);
        peer.Tokens = Math.Min(peer.Tokens + (now - peer.Last), Burst * limit);
        peer.Last = now;
        if (peer.Tokens < limit) return false;
        peer.Tokens -= limit;
        return true;
    }

    private Peer PeerOf(IpAddr address, long now)
    {
        if (_peers.TryGetValue(address, out Peer? peer)) return peer;
        peer = new Peer { Last = now - TimeSpan.FromSeconds(60).Ticks };
        _peers.Add(address, peer);
        return peer;
    }

    /// <summary>A packet for a local address is answered from that address, another one from the address toward its sender.</summary>
    private bool TrySourceFor(in Packet packet, out IpAddr source)
    {
        source = packet.Destination;
        if (_host.Routing.AddressTypeOf(source) == AddressType.Local) return true;
        RouteDecision back = _host.Routing.Lookup(packet.Source);
        return back.Type is RouteType.Unicast or RouteType.Local && _host.Routing.TrySelectSource(back, packet.Source, out source);
    }

    private Packet Message(IcmpError error, IpAddr source, in Packet about)
    {
        bool v4 = about.Source.IsIPv4;
        (int type, int code) = v4 ? CodeIPv4(error) : CodeIPv6(error);
        return new Packet
        {
            Source = source,
            Destination = about.Source,
            DestinationPort = (ushort)(type << 8 | code),
            Protocol = v4 ? Protocol.Icmp : Protocol.IcmpV6,
            Ttl = (byte)_host.Sysctls.DefaultTtl,
            WindowScale = -1,
            Length = v4 ? Math.Min(576, about.Length + 28) : Math.Min(1280, about.Length + 48),
            Quoted = about.Tuple,
        };
    }

    private static (int Type, int Code) CodeIPv4(IcmpError error) => error switch
    {
        IcmpError.NetUnreachable => (3, 0),
        IcmpError.HostUnreachable => (3, 1),
        IcmpError.ProtocolUnreachable => (3, 2),
        IcmpError.PortUnreachable => (3, 3),
        IcmpError.NetProhibited => (3, 9),
        IcmpError.HostProhibited => (3, 10),
        IcmpError.AdminProhibited => (3, 13),
        _ => (11, 0),
    };

    private static (int Type, int Code) CodeIPv6(IcmpError error) => error switch
    {
        IcmpError.NetUnreachable => (1, 0),
        IcmpError.HostUnreachable => (1, 3),
        IcmpError.PortUnreachable or IcmpError.ProtocolUnreachable => (1, 4),
        IcmpError.TimeExceeded => (3, 0),
        _ => (1, 1),
    };

    private static IcmpError ErrorOf(RejectWith with) => with switch
    {
        RejectWith.NetUnreachable => IcmpError.NetUnreachable,
        RejectWith.HostUnreachable => IcmpError.HostUnreachable,
        RejectWith.ProtocolUnreachable => IcmpError.ProtocolUnreachable,
        RejectWith.NetProhibited => IcmpError.NetProhibited,
        RejectWith.HostProhibited => IcmpError.HostProhibited,
        RejectWith.AdminProhibited => IcmpError.AdminProhibited,
        _ => IcmpError.PortUnreachable,
    };

    /// <summary>What the kernel remembers of a peer: <c>struct inet_peer</c>.</summary>
    private sealed class Peer
    {
        public long Tokens { get; set; }

        public long Last { get; set; }

        public int Redirects { get; set; }
    }
}
