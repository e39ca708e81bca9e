using System.Globalization;

namespace NodePortSim.Net;

/// <summary>The kernel parameters of one network namespace that decide an outcome.</summary>
/// <remarks>Defaults are the kernel's, or kube-proxy's where it sets them (spec netfilter-datapath 2.7, 2.10, 2.12, 5). Immutable; thread-safe.</remarks>
public sealed record Sysctls
{
    /// <summary><c>net.ipv4.ip_forward</c>, <c>net.ipv6.conf.all.forwarding</c>: whether packets for others are forwarded.</summary>
    public bool Forwarding { get; init; }

    /// <summary><c>net.ipv4.conf.all.route_localnet</c>: whether 127.0.0.0/8 may be routed over real interfaces.</summary>
    public bool RouteLocalnet { get; init; }

    /// <summary><c>net.ipv4.conf.all.rp_filter</c>: 0 off, 1 strict, 2 loose.</summary>
    public int ReversePathFilter { get; init; }

    /// <summary><c>net.ipv4.conf.all.send_redirects</c>: whether a packet that is forwarded out of the interface it came in by uses up the peer's ICMP allowance (finding 33). IPv4 only: IPv6 knows no such switch.</summary>
    public bool SendRedirects { get; init; } = true;

    /// <summary><c>net.ipv4.icmp_ratelimit</c>: the least time between ICMP errors to one peer, in milliseconds; 0 for no limit.</summary>
    /// <remarks>A router without a route takes a second of the same allowance besides. The kernel does so with 0 too; here 0 ends that limit as well.</remarks>
    public int IcmpRateLimit { get; init; } = 1000;

    /// <summary><c>net.ipv6.icmp.ratelimit</c>: the least time between ICMPv6 errors to one peer, in milliseconds; 0 for no limit.</summary>
    /// <value>The default is 100, as kernel 6.18 has it; older kernels have 1000.</value>
    public int IcmpV6RateLimit { get; init; } = 100;

    /// <summary><c>net.ipv4.icmp_msgs_per_sec</c>: how many ICMP and ICMPv6 errors a host sends to all its peers together, in messages a second.</summary>
    /// <remarks>Errors about packets that came in over lo are free of it. It holds also where the limits per peer are off.</remarks>
    public int IcmpMessagesPerSecond { get; init; } = 1000;

    /// <summary><c>net.ipv4.icmp_msgs_burst</c>: how many of these it may send at once, in messages.</summary>
    public int IcmpMessagesBurst { get; init; } = 50;

    /// <summary><c>net.ipv4.ip_default_ttl</c>, in hops.</summary>
    public int DefaultTtl { get; init; } = 64;

    /// <summary><c>net.netfilter.nf_conntrack_max</c>, in entries.</summary>
    public int ConntrackMax { get; init; } = 262144;

    /// <summary><c>net.netfilter.nf_conntrack_acct</c>: whether entries count packets and bytes.</summary>
    public bool ConntrackAccounting { get; init; }

    /// <summary><c>net.netfilter.nf_conntrack_tcp_be_liberal</c>: whether segments outside the window pass.</summary>
    public bool ConntrackTcpBeLiberal { get; init; }

    /// <summary><c>net.netfilter.nf_conntrack_tcp_loose</c>: whether a connection is picked up in its middle.</summary>
    public bool ConntrackTcpLoose { get; init; } = true;

    /// <summary><c>net.netfilter.nf_conntrack_tcp_ignore_invalid_rst</c>.</summary>
    public bool ConntrackTcpIgnoreInvalidRst { get; init; }

    /// <summary><c>net.netfilter.nf_conntrack_tcp_max_retrans</c>, in packets.</summary>
    public int ConntrackTcpMaxRetrans { get; init; } = 3;

    /// <summary>The timeouts of conntrack entries, in seconds.</summary>
    public ConntrackTimeouts ConntrackTimeouts { get; init; } = new();

    /// <summary>Sets one parameter by its dotted name.</summary>
    /// <param name="name">The name, such as <c>net.ipv4.conf.all.route_localnet</c>; that of one interface sets it for all.</param>
    /// <param name="value">The value: a whole number.</param>
    /// <returns>The changed set, or null where the name is not one that this simulation knows.</returns>
    /// <exception cref="FormatException">The name is known, and the value is not a whole number.</exception>
    public Sysctls? With(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)) return With(name, number);
        return With(name, 0) is null ? null : throw new FormatException($"{name}: \"{value}\" is not a whole number");
    }

    private Sysctls? With(string name, int number)
    {
        bool on = number != 0;
        const string timeouts = "net.netfilter.nf_conntrack_";
        return name switch
        {
            "net.ipv4.ip_forward" or "net.ipv4.conf.all.forwarding" or "net.ipv6.conf.all.forwarding" => this with { Forwarding = on },
            _ when IsConf(name, "route_localnet") => this with { RouteLocalnet = on },
            _ when IsConf(name, "rp_filter") => this with { ReversePathFilter = number },
            _ when IsConf(name, "send_redirects") => this with { SendRedirects = on },
            "net.ipv4.icmp_ratelimit" => this with { IcmpRateLimit = number },
            "net.ipv6.icmp.ratelimit" => this with { IcmpV6RateLimit = number },
            "net.ipv4.icmp_msgs_per_sec" => this with { IcmpMessagesPerSecond = number },
            "net.ipv4.icmp_msgs_burst" => this with { IcmpMessagesBurst = number },
            "net.ipv4.ip_default_ttl" => this with { DefaultTtl = number },
            "net.netfilter.nf_conntrack_max" or "net.nf_conntrack_max" => this with { ConntrackMax = number },
            "net.netfilter.nf_conntrack_acct" => this with { ConntrackAccounting = on },
            "net.netfilter.nf_conntrack_tcp_be_liberal" => this with { ConntrackTcpBeLiberal = on },
            "net.netfilter.nf_conntrack_tcp_loose" => this with { ConntrackTcpLoose = on },
            "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst" => this with { ConntrackTcpIgnoreInvalidRst = on },
            "net.netfilter.nf_conntrack_tcp_max_retrans" => this with { ConntrackTcpMaxRetrans = number },
            _ when name.StartsWith(timeouts, StringComparison.Ordinal) && ConntrackTimeouts.With(name[timeouts.Length..], number) is { } changed =>
                this with { ConntrackTimeouts = changed },
            _ => null,
        };
    }

    private static bool IsConf(string name, string parameter) =>
        name.StartsWith("net.ipv4.conf.", StringComparison.Ordinal) && name.EndsWith("." + parameter, StringComparison.Ordinal);
}
