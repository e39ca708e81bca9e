using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>The names after <c>--reject-with</c>, which differ by family.</summary>
internal static class RejectText
{
    private static readonly (RejectWith With, string Name, string Alias)[] IPv4 =
    [
        (RejectWith.PortUnreachable, "icmp-port-unreachable", "port-unreach"), (RejectWith.NetUnreachable, "icmp-net-unreachable", "net-unreach"),
        (RejectWith.HostUnreachable, "icmp-host-unreachable", "host-unreach"), (RejectWith.ProtocolUnreachable, "icmp-proto-unreachable", "proto-unreach"),
        (RejectWith.NetProhibited, "icmp-net-prohibited", "net-prohib"), (RejectWith.HostProhibited, "icmp-host-prohibited", "host-prohib"),
        (RejectWith.TcpReset, "tcp-reset", "tcp-rst"), (RejectWith.AdminProhibited, "icmp-admin-prohibited", "admin-prohib"),
    ];

    private static readonly (RejectWith With, string Name, string Alias)[] IPv6 =
    [
        (RejectWith.PortUnreachable, "icmp6-port-unreachable", "port-unreach"), (RejectWith.NetUnreachable, "icmp6-no-route", "no-route"),
        (RejectWith.HostUnreachable, "icmp6-addr-unreachable", "addr-unreach"), (RejectWith.TcpReset, "tcp-reset", "tcp-reset"),
        (RejectWith.AdminProhibited, "icmp6-adm-prohibited", "adm-prohibited"),
    ];

    public static string NameOf(RejectWith with, IpFamily family)
    {
        foreach ((RejectWith known, string name, _) in Names(family))
        {
            if (known == with) return name;
        }

        throw new ArgumentOutOfRangeException(nameof(with), with, $"{family} has no such answer");
    }

    public static RejectWith? Parse(string text, IpFamily family)
    {
        foreach ((RejectWith with, string name, string alias) in Names(family))
        {
            if (text == name || text == alias) return with;
        }

        return null;
    }

    private static (RejectWith With, string Name, string Alias)[] Names(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;
}
