using System.Globalization;
using NodePortSim.Net;
using NodePortSim.Network;

namespace NodePortSim.KernelTests.Labs;

/// <summary>The kernel parameters of a namespace, all set: a new namespace takes some from the machine's own.</summary>
internal static class LabSysctls
{
    /// <summary>What must be set before links are made.</summary>
    /// <param name="sysctls">What the simulator's host has.</param>
    /// <param name="bridgeNetfilter">Whether bridged packets pass iptables; null leaves it.</param>
    public static Dictionary<string, string> Of(Sysctls sysctls, bool? bridgeNetfilter)
    {
        var values = new Dictionary<string, string>
        {
            ["net.ipv4.ip_forward"] = Flag(sysctls.Forwarding),
            ["net.ipv6.conf.all.forwarding"] = Flag(sysctls.Forwarding),
            ["net.ipv4.ip_default_ttl"] = Number(sysctls.DefaultTtl),
            ["net.ipv6.conf.default.accept_dad"] = "0",
            ["net.ipv6.conf.default.accept_ra"] = "0",
            ["net.ipv6.conf.default.router_solicitations"] = "0",
            ["net.ipv6.conf.all.disable_ipv6"] = "0",
            ["net.ipv6.conf.default.disable_ipv6"] = "0",

            // Real time passes here, and a limit on ICMP errors would make their number depend on it.
            ["net.ipv4.icmp_ratelimit"] = "0",
            ["net.ipv6.icmp.ratelimit"] = "0",

            // A port may be used again at once, and nothing comes after a flow has been looked at.
            ["net.ipv4.tcp_max_tw_buckets"] = "0",
            ["net.ipv4.tcp_synack_retries"] = "0",
        };
        foreach (string scope in (string[])["all", "default"])
        {
            values[$"net.ipv4.conf.{scope}.rp_filter"] = Number(sysctls.ReversePathFilter);
            values[$"net.ipv4.conf.{scope}.send_redirects"] = Flag(sysctls.SendRedirects);
            values[$"net.ipv4.conf.{scope}.route_localnet"] = Flag(sysctls.RouteLocalnet);
        }

        if (bridgeNetfilter is { } on) AddBridge(values, on);
        return values;
    }

    /// <summary>The limit on the ICMP errors of a whole namespace; where it is the machine's, it is left alone.</summary>
    public static Dictionary<string, string> IcmpLimits() => new()
    {
        ["net.ipv4.icmp_msgs_per_sec"] = "1000000",
        ["net.ipv4.icmp_msgs_burst"] = "1000000",
    };

    /// <summary>What nodes have besides.</summary>
    public static Dictionary<string, string> Nodes(TopologyOptions topology)
    {
        Sysctls sysctls = topology.NodeSysctls;
        var values = new Dictionary<string, string>
        {
            ["net.netfilter.nf_conntrack_acct"] = Flag(sysctls.ConntrackAccounting),
            ["net.netfilter.nf_conntrack_tcp_be_liberal"] = Flag(sysctls.ConntrackTcpBeLiberal),
            ["net.netfilter.nf_conntrack_tcp_loose"] = Flag(sysctls.ConntrackTcpLoose),
        };
        AddBridge(values, topology.BridgeNfCallIptables);
        return values;
    }

    private static void AddBridge(Dictionary<string, string> values, bool on)
    {
        // The module may not be loaded where no bridge was ever filtered: then nothing is to be switched off.
        if (!on && !Directory.Exists("/proc/sys/net/bridge")) return;
        values["net.bridge.bridge-nf-call-iptables"] = Flag(on);
        values["net.bridge.bridge-nf-call-ip6tables"] = Flag(on);
    }

    private static string Flag(bool on) => on ? "1" : "0";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
