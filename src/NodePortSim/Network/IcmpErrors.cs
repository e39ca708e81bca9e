using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>A host's ICMP errors and RSTs about packets (spec netfilter-datapath 4, findings 30 to 33).</summary>
internal sealed class IcmpErrors
{
    private readonly Host _host;
    private readonly IcmpRateLimit _rateLimit;

    public IcmpErrors(Host host, ulong seed)
    {
        _host = host;
        _rateLimit = new IcmpRateLimit(host, RandomSource.For(seed, host.Name + "/icmp"));
    }

    /// <summary>Sends an error about a packet to its source, if the limits let it.</summary>
    public void Send<TTrace>(IcmpError error, in SocketBuffer about, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        Packet packet = about.Packet;
        if (packet.IsIcmpError || packet.Source.IsUnspecified || packet.Source.IsMulticast) return;
        if (!TrySourceFor(packet, out IpAddr source)) return;
        if (!_rateLimit.Allows(packet.Source, about.InInterface))
        {
            _host.Fabric.Watch.Withheld(about.Flow);
            return;
        }

        Packet answer = Message(error, source, packet);
        _host.Fabric.Watch.Told(about.Flow);
        if (TTrace.Listens) trace.Answered(_host, answer, error.ToString());
        SendRelated(answer, about, ref trace);
    }

    /// <summary>Tells a packet's source that there is no route, if the limits let it.</summary>
    public void SendNoRoute<TTrace>(in SocketBuffer about, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        if (_rateLimit.AllowsNoRoute(about.Packet.Source)) Send(IcmpError.NetUnreachable, about, ref trace);
        else _host.Fabric.Watch.Withheld(about.Flow);
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
        _host.Fabric.Watch.Told(about.Flow);
        if (TTrace.Listens) trace.Answered(_host, reset, "REJECT tcp-reset");
        SendRelated(reset, about, ref trace);
    }

    /// <summary>
    /// Sends the answer with the entry of the packet that it answers: it is translated back by that, be it in the table or not, and is not looked up
    /// (spec netfilter-datapath 3.8).
    /// </summary>
    private void SendRelated<TTrace>(in Packet answer, in SocketBuffer about, ref TTrace trace)
        where TTrace : struct, INetworkTraceSink
    {
        var buffer = new SocketBuffer(answer, 0) { Flow = about.Flow };
        if (about.Entry > 0)
        {
            buffer.Entry = about.Entry;
            buffer.Info = about.Info.IsReply() ? ConntrackInfo.Related : ConntrackInfo.RelatedReply;
        }

        _host.Send(ref buffer, ref trace);
    }

    /// <summary>Notes that a packet is forwarded out of the interface that it came in by, which the kernel may tell its sender (finding 33).</summary>
    public void ConsumeRedirect(IpAddr sender) => _rateLimit.ConsumeRedirect(sender);

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
}
