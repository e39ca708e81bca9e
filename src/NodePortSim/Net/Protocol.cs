namespace NodePortSim.Net;

/// <summary>A layer-4 protocol; the values are the IP protocol numbers.</summary>
public enum Protocol : byte
{
    /// <summary>Any protocol: only in rules that do not name one.</summary>
    Any = 0,

    /// <summary>ICMP, IPv4's control messages.</summary>
    Icmp = 1,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>ICMPv6, IPv6's control messages.</summary>
    IcmpV6 = 58,

    /// <summary>SCTP.</summary>
    Sctp = 132,
}

/// <summary>The spellings of a <see cref="Protocol"/>.</summary>
public static class ProtocolNames
{
    /// <summary>The lower-case name that iptables and conntrack print: <c>tcp</c>, <c>udp</c>, <c>sctp</c>, <c>icmp</c>, <c>ipv6-icmp</c>, <c>all</c>; otherwise the number.</summary>
    /// <param name="protocol">The protocol.</param>
    public static string LowerName(this Protocol protocol) => protocol switch
    {
        Protocol.Any => "all",
        Protocol.Icmp => "icmp",
        Protocol.Tcp => "tcp",
        Protocol.Udp => "udp",
        Protocol.IcmpV6 => "ipv6-icmp",
        Protocol.Sctp => "sctp",
        _ => ((byte)protocol).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The upper-case name of the Kubernetes API: <c>TCP</c>, <c>UDP</c>, <c>SCTP</c>.</summary>
    /// <param name="protocol">The protocol.</param>
    public static string ApiName(this Protocol protocol) => protocol.LowerName().ToUpperInvariant();

    /// <summary>Whether the protocol has ports: TCP, UDP, SCTP.</summary>
    /// <param name="protocol">The protocol.</param>
    public static bool HasPorts(this Protocol protocol) => protocol is Protocol.Tcp or Protocol.Udp or Protocol.Sctp;
}
