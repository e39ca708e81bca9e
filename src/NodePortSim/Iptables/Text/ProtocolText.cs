using System.Globalization;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>Protocols as iptables names them: a few of its own, the others from the usual <c>/etc/protocols</c>.</summary>
internal static class ProtocolText
{
    private static readonly (byte Number, string Name)[] Names =
    [
        (0, "all"), (1, "icmp"), (2, "igmp"), (4, "ipencap"), (6, "tcp"), (17, "udp"), (33, "dccp"), (41, "ipv6"), (47, "gre"), (50, "esp"),
        (51, "ah"), (58, "ipv6-icmp"), (58, "icmpv6"), (89, "ospf"), (94, "ipip"), (103, "pim"), (108, "ipcomp"), (112, "vrrp"), (115, "l2tp"),
        (132, "sctp"), (136, "udplite"),
    ];

    public static string NameOf(Protocol protocol)
    {
        foreach ((byte number, string name) in Names)
        {
            if (number == (byte)protocol) return name;
        }

        return ((byte)protocol).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the protocol has ports: TCP, UDP, DCCP, SCTP, UDP-Lite.</summary>
    public static bool HasPorts(Protocol protocol) => protocol.HasPorts() || (byte)protocol is 33 or 136;

    public static bool TryParse(string text, out Protocol protocol)
    {
        if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte parsed))
        {
            protocol = (Protocol)parsed;
            return true;
        }

        foreach ((byte number, string name) in Names)
        {
            if (!string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) continue;
            protocol = (Protocol)number;
            return true;
        }

        protocol = default;
        return false;
    }
}
