namespace NodePortSim.Net;

/// <summary>The timeouts of conntrack entries by protocol and state, in seconds (spec netfilter-datapath 2.7, 2.10).</summary>
/// <remarks>Defaults are the kernel's; kube-proxy lowers two of them on nodes: see <see cref="KubeProxyDefaults"/>. Immutable; thread-safe.</remarks>
public sealed record ConntrackTimeouts
{
    /// <summary>The kernel's timeouts with the two that kube-proxy sets: TCP established 86400 s, close wait 3600 s.</summary>
    public static ConntrackTimeouts KubeProxyDefaults { get; } = new() { TcpEstablished = 86400, TcpCloseWait = 3600 };

    /// <summary>TCP SYN_SENT.</summary>
    public int TcpSynSent { get; init; } = 120;

    /// <summary>TCP SYN_RECV.</summary>
    public int TcpSynRecv { get; init; } = 60;

    /// <summary>TCP ESTABLISHED.</summary>
    public int TcpEstablished { get; init; } = 432000;

    /// <summary>TCP FIN_WAIT.</summary>
    public int TcpFinWait { get; init; } = 120;

    /// <summary>TCP CLOSE_WAIT.</summary>
    public int TcpCloseWait { get; init; } = 60;

    /// <summary>TCP LAST_ACK.</summary>
    public int TcpLastAck { get; init; } = 30;

    /// <summary>TCP TIME_WAIT.</summary>
    public int TcpTimeWait { get; init; } = 120;

    /// <summary>TCP CLOSE.</summary>
    public int TcpClose { get; init; } = 10;

    /// <summary>TCP SYN_SENT2.</summary>
    public int TcpSynSent2 { get; init; } = 120;

    /// <summary>TCP after repeated retransmissions.</summary>
    public int TcpMaxRetrans { get; init; } = 300;

    /// <summary>TCP with unacknowledged data.</summary>
    public int TcpUnacknowledged { get; init; } = 300;

    /// <summary>UDP.</summary>
    public int Udp { get; init; } = 30;

    /// <summary>UDP stream: answered, and older than 2 s.</summary>
    public int UdpStream { get; init; } = 120;

    /// <summary>ICMP.</summary>
    public int Icmp { get; init; } = 30;

    /// <summary>ICMPv6.</summary>
    public int IcmpV6 { get; init; } = 30;

    /// <summary>Any other protocol.</summary>
    public int Generic { get; init; } = 600;

    /// <summary>SCTP closed.</summary>
    public int SctpClosed { get; init; } = 10;

    /// <summary>SCTP COOKIE_WAIT.</summary>
    public int SctpCookieWait { get; init; } = 3;

    /// <summary>SCTP COOKIE_ECHOED.</summary>
    public int SctpCookieEchoed { get; init; } = 3;

    /// <summary>SCTP ESTABLISHED.</summary>
    public int SctpEstablished { get; init; } = 210;

    /// <summary>SCTP SHUTDOWN_SENT.</summary>
    public int SctpShutdownSent { get; init; } = 3;

    /// <summary>SCTP SHUTDOWN_RECD.</summary>
    public int SctpShutdownRecd { get; init; } = 3;

    /// <summary>SCTP SHUTDOWN_ACK_SENT.</summary>
    public int SctpShutdownAckSent { get; init; } = 3;

    /// <summary>SCTP HEARTBEAT_SENT.</summary>
    public int SctpHeartbeatSent { get; init; } = 30;

    /// <summary>Sets one timeout by the end of its sysctl's name, such as <c>tcp_timeout_established</c>; null where there is none of that name.</summary>
    internal ConntrackTimeouts? With(string name, int seconds) => name switch
    {
        "tcp_timeout_syn_sent" => this with { TcpSynSent = seconds },
        "tcp_timeout_syn_recv" => this with { TcpSynRecv = seconds },
        "tcp_timeout_established" => this with { TcpEstablished = seconds },
        "tcp_timeout_fin_wait" => this with { TcpFinWait = seconds },
        "tcp_timeout_close_wait" => this with { TcpCloseWait = seconds },
        "tcp_timeout_last_ack" => this with { TcpLastAck = seconds },
        "tcp_timeout_time_wait" => this with { TcpTimeWait = seconds },
        "tcp_timeout_close" => this with { TcpClose = seconds },
        "tcp_timeout_max_retrans" => this with { TcpMaxRetrans = seconds },
        "tcp_timeout_unacknowledged" => this with { TcpUnacknowledged = seconds },
        "udp_timeout" => this with { Udp = seconds },
        "udp_timeout_stream" => this with { UdpStream = seconds },
        "icmp_timeout" => this with { Icmp = seconds },
        "icmpv6_timeout" => this with { IcmpV6 = seconds },
        "generic_timeout" => this with { Generic = seconds },
        "sctp_timeout_closed" => this with { SctpClosed = seconds },
        "sctp_timeout_cookie_wait" => this with { SctpCookieWait = seconds },
        "sctp_timeout_cookie_echoed" => this with { SctpCookieEchoed = seconds },
        "sctp_timeout_established" => this with { SctpEstablished = seconds },
        "sctp_timeout_shutdown_sent" => this with { SctpShutdownSent = seconds },
        "sctp_timeout_shutdown_recd" => this with { SctpShutdownRecd = seconds },
        "sctp_timeout_shutdown_ack_sent" => this with { SctpShutdownAckSent = seconds },
        "sctp_timeout_heartbeat_sent" => this with { SctpHeartbeatSent = seconds },
        _ => null,
    };
}
