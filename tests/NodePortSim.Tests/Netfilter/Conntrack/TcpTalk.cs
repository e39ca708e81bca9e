using NodePortSim.Net;
using NodePortSim.Netfilter;

namespace NodePortSim.Tests.Netfilter.Conntrack;

/// <summary>Both ends of a TCP connection through a <see cref="ConntrackLab"/>: keeps sequence numbers, and answers to what the pod's end saw.</summary>
internal sealed class TcpTalk(ConntrackLab lab, int sourcePort = 40000, IpAddr? destination = null, int destinationPort = 30080)
{
    private FlowTuple _atPod;

    public uint ClientNext { get; set; } = 1000;

    public uint PodNext { get; set; } = 500000;

    public ushort Window { get; set; } = 65000;

    public sbyte Scale { get; set; } = -1;

    /// <summary>What the pod saw of the last packet that reached it.</summary>
    public FlowTuple AtPod => _atPod;

    public TcpTalk Open()
    {
        Client(TcpFlags.Syn);
        Pod(TcpFlags.Syn | TcpFlags.Ack);
        Client(TcpFlags.Ack);
        return this;
    }

    public TcpTalk Close()
    {
        Client(TcpFlags.Fin | TcpFlags.Ack);
        Pod(TcpFlags.Fin | TcpFlags.Ack);
        Client(TcpFlags.Ack);
        return this;
    }

    /// <summary>A segment of the client; <paramref name="sequence"/> and <paramref name="ack"/> override what is due, and then nothing moves.</summary>
    public SocketBuffer Client(TcpFlags flags, int payload = 0, uint? sequence = null, uint? ack = null)
    {
        Packet packet = Segment(flags, payload, sequence ?? ClientNext, ack ?? PodNext);
        packet.Source = ConntrackLab.Client;
        packet.SourcePort = (ushort)sourcePort;
        packet.Destination = destination ?? ConntrackLab.Node;
        packet.DestinationPort = (ushort)destinationPort;
        SocketBuffer buffer = lab.Send(packet);
        if (buffer.Info != ConntrackInfo.Invalid) _atPod = buffer.Packet.Tuple;
        if (sequence is null) ClientNext += Length(flags, payload);
        return buffer;
    }

    /// <summary>A segment of the pod, in answer to what it saw.</summary>
    public SocketBuffer Pod(TcpFlags flags, int payload = 0, uint? sequence = null, uint? ack = null)
    {
        Packet packet = Segment(flags, payload, sequence ?? PodNext, ack ?? ClientNext);
        packet.Source = _atPod.Destination;
        packet.SourcePort = _atPod.DestinationPort;
        packet.Destination = _atPod.Source;
        packet.DestinationPort = _atPod.SourcePort;
        int outInterface = lab.OutInterface;
        lab.OutInterface = ConntrackLab.ClientInterface;
        SocketBuffer buffer = lab.Send(packet);
        lab.OutInterface = outInterface;
        if (sequence is null) PodNext += Length(flags, payload);
        return buffer;
    }

    private static uint Length(TcpFlags flags, int payload) => (uint)payload + ((flags & TcpFlags.Syn) != 0 ? 1u : 0) + ((flags & TcpFlags.Fin) != 0 ? 1u : 0);

    private Packet Segment(TcpFlags flags, int payload, uint sequence, uint ack) => new()
    {
        Protocol = Protocol.Tcp,
        Flags = flags,
        Sequence = sequence,
        Acknowledgment = (flags & TcpFlags.Ack) != 0 ? ack : 0,
        Window = Window,
        WindowScale = (flags & TcpFlags.Syn) != 0 ? Scale : (sbyte)-1,
        PayloadLength = payload,
        Length = payload + ((flags & TcpFlags.Syn) != 0 ? 60 : 52),
        Ttl = 64,
    };
}
