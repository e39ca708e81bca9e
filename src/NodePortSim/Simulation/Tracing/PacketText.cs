using NodePortSim.Net;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Prints packets for people: <c>TCP SYN 172.18.0.100:40001 > 172.18.0.4:30682</c>.</summary>
internal static class PacketText
{
    public static string Of(in Packet packet) => $"{KindOf(packet)} {Source(packet.Tuple)} > {Destination(packet.Tuple)}"
        + (packet.IsIcmpError ? $" about {Source(packet.Quoted)} > {Destination(packet.Quoted)}" : "");

    public static string Source(in FlowTuple tuple) => End(tuple.Source, tuple.SourcePort, tuple.Protocol);

    public static string Destination(in FlowTuple tuple) => End(tuple.Destination, tuple.DestinationPort, tuple.Protocol);

    /// <summary>The set control bits, the usual ones first: <c>SYN,ACK</c>.</summary>
    public static string FlagsOf(TcpFlags flags)
    {
        var names = new List<string>(3);
        foreach (TcpFlags flag in (ReadOnlySpan<TcpFlags>)[TcpFlags.Syn, TcpFlags.Fin, TcpFlags.Rst, TcpFlags.Psh, TcpFlags.Ack, TcpFlags.Urg, TcpFlags.Ece, TcpFlags.Cwr])
            if ((flags & flag) != 0) names.Add(flag.ToString().ToUpperInvariant());
        return string.Join(',', names);
    }

    public static string KindOf(in Packet packet) => packet.Protocol switch
    {
        Protocol.Tcp => $"TCP {FlagsOf(packet.Flags)}",
        Protocol.Udp => "UDP",
        Protocol.Sctp => $"SCTP {ChunkName((byte)packet.Flags)}",
        Protocol.Icmp => $"ICMP {IcmpName(packet.IcmpType, packet.IcmpCode)}",
        Protocol.IcmpV6 => $"ICMPv6 {IcmpV6Name(packet.IcmpType, packet.IcmpCode)}",
        _ => packet.Protocol.ApiName(),
    };

    private static string End(IpAddr address, ushort port, Protocol protocol) =>
        protocol.HasPorts() ? new IpEndpoint(address, port).ToString() : address.ToString();

    private static string ChunkName(byte type) => type switch
    {
        0 => "DATA",
        1 => "INIT",
        2 => "INIT ACK",
        3 => "SACK",
        6 => "ABORT",
        7 => "SHUTDOWN",
        8 => "SHUTDOWN ACK",
        10 => "COOKIE ECHO",
        11 => "COOKIE ACK",
        14 => "SHUTDOWN COMPLETE",
        _ => $"chunk {type}",
    };

    private static string IcmpName(byte type, byte code) => (type, code) switch
    {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 9) => "network prohibited",
        (3, 10) => "host prohibited",
        (3, 13) => "administratively prohibited",
        (11, _) => "time exceeded",
        (5, _) => "redirect",
        _ => $"type {type} code {code}",
    };

    private static string IcmpV6Name(byte type, byte code) => (type, code) switch
    {
        (1, 0) => "no route",
        (1, 1) => "administratively prohibited",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (3, _) => "time exceeded",
        _ => $"type {type} code {code}",
    };
}
