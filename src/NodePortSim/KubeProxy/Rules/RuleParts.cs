using System.Globalization;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The parts that many rules have in common, made once.</summary>
internal static class RuleParts
{
    public const string LocalhostNodePortsAccount = "localhost_nps_accepted_pkts";
    public const string InvalidDroppedAccount = "ct_state_invalid_dropped_pkts";

    public static readonly IpCidr IPv4Loopback = IpCidr.Parse("127.0.0.0/8");
    public static readonly IpCidr IPv6Loopback = IpCidr.Parse("::1/128");

    public static readonly AcceptTarget Accept = new();
    public static readonly DropTarget Drop = new();
    public static readonly ReturnTarget Return = new();
    public static readonly RejectTarget Reject = new();
    public static readonly JumpTarget MarkMasquerade = new(ChainNames.MarkMasquerade);
    public static readonly JumpTarget MarkDrop = new(ChainNames.MarkDrop);

    public static readonly AddressTypeMatch ToLocalAddress = new() { DestinationType = AddressType.Local };
    public static readonly AddressTypeMatch FromLocalAddress = new() { SourceType = AddressType.Local };
    public static readonly NfacctMatch LocalhostNodePortsCounter = new(LocalhostNodePortsAccount);
    public static readonly AddressMatch ToLoopback = new(IPv4Loopback);

    private static readonly ProtocolMatch Tcp = new(Net.Protocol.Tcp);
    private static readonly ProtocolMatch Udp = new(Net.Protocol.Udp);
    private static readonly ProtocolMatch Sctp = new(Net.Protocol.Sctp);
    private static readonly PortMatch AnyTcpPort = new(Net.Protocol.Tcp);
    private static readonly PortMatch AnyUdpPort = new(Net.Protocol.Udp);
    private static readonly PortMatch AnySctpPort = new(Net.Protocol.Sctp);
    private static readonly StatisticMatch[] OneOf = [.. Enumerable.Range(0, 129).Select(static n => MakeOneOf(Math.Max(n, 1)))];

    public static ProtocolMatch Protocol(Protocol protocol) => protocol switch
    {
        Net.Protocol.Tcp => Tcp,
        Net.Protocol.Udp => Udp,
        Net.Protocol.Sctp => Sctp,
        _ => new ProtocolMatch(protocol),
    };

    /// <summary><c>-m tcp</c> without options.</summary>
    public static PortMatch AnyPort(Protocol protocol) => protocol switch
    {
        Net.Protocol.Tcp => AnyTcpPort,
        Net.Protocol.Udp => AnyUdpPort,
        Net.Protocol.Sctp => AnySctpPort,
        _ => new PortMatch(protocol),
    };

    /// <summary><c>-m tcp --dport port</c>.</summary>
    public static PortMatch Port(Protocol protocol, ushort port) => new(protocol) { DestinationPort = new PortRange(port) };

    /// <summary>One of <paramref name="n"/> draws, as the text that kube-proxy writes it in: ten decimals (spec kube-proxy-iptables 5).</summary>
    public static StatisticMatch Chance(int n) => n < OneOf.Length ? OneOf[n] : MakeOneOf(n);

    private static StatisticMatch MakeOneOf(int n) =>
        new(double.Parse((1.0 / n).ToString("F10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
