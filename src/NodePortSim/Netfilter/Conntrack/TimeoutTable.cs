using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The timeouts and TCP switches of a <see cref="Sysctls"/>, in the clock's units and by state, so that packets find them by index.</summary>
internal sealed class TimeoutTable
{
    private readonly long[] _tcp;
    private readonly long[] _sctp;

    public TimeoutTable(Sysctls sysctls, long ticksPerSecond)
    {
        ConntrackTimeouts t = sysctls.ConntrackTimeouts;
        _tcp =
        [
            t.TcpSynSent, t.TcpSynSent, t.TcpSynRecv, t.TcpEstablished, t.TcpFinWait, t.TcpCloseWait, t.TcpLastAck, t.TcpTimeWait, t.TcpClose,
            t.TcpSynSent2,
        ];
        _sctp =
        [
            t.SctpClosed, t.SctpClosed, t.SctpCookieWait, t.SctpCookieEchoed, t.SctpEstablished, t.SctpShutdownSent, t.SctpShutdownRecd,
            t.SctpShutdownAckSent, t.SctpHeartbeatSent,
        ];
        foreach (ref long timeout in _tcp.AsSpan()) timeout *= ticksPerSecond;
        foreach (ref long timeout in _sctp.AsSpan()) timeout *= ticksPerSecond;
        TcpMaxRetrans = t.TcpMaxRetrans * ticksPerSecond;
        TcpUnacknowledged = t.TcpUnacknowledged * ticksPerSecond;
        Udp = t.Udp * ticksPerSecond;
        UdpStream = t.UdpStream * ticksPerSecond;
        Icmp = t.Icmp * ticksPerSecond;
        IcmpV6 = t.IcmpV6 * ticksPerSecond;
        Generic = t.Generic * ticksPerSecond;
        TcpBeLiberal = sysctls.ConntrackTcpBeLiberal;
        TcpLoose = sysctls.ConntrackTcpLoose;
        TcpIgnoreInvalidRst = sysctls.ConntrackTcpIgnoreInvalidRst;
        TcpMaxRetransPackets = sysctls.ConntrackTcpMaxRetrans;
    }

    public long TcpMaxRetrans { get; }

    public long TcpUnacknowledged { get; }

    public long Udp { get; }

    public long UdpStream { get; }

    public long Icmp { get; }

    public long IcmpV6 { get; }

    public long Generic { get; }

    public bool TcpBeLiberal { get; }

    public bool TcpLoose { get; }

    public bool TcpIgnoreInvalidRst { get; }

    public int TcpMaxRetransPackets { get; }

    public long Tcp(TcpState state) => _tcp[(int)state];

    public long Sctp(SctpState state) => _sctp[(int)state];
}
