using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>The addresses of random clusters, of one family.</summary>
internal sealed class RandomAddresses(IpFamily family)
{
    public bool IsIPv4 => family == IpFamily.IPv4;

    public string Gateway => IsIPv4 ? "192.168.70.254" : "fd70::fffe";

    public string ClusterCidr => IsIPv4 ? "10.44.0.0/16" : "fd44::/56";

    public string ServiceNetwork => IsIPv4 ? "10.201.0.0/16" : "fd20::/112";

    public string VipNetwork => IsIPv4 ? "203.0.113.0/24" : "2001:db8:50::/64";

    public string Loopback => IsIPv4 ? "127.0.0.1" : "::1";

    public string ApiName => IsIPv4 ? "IPv4" : "IPv6";

    public string Node(int node) => IsIPv4 ? $"192.168.70.{11 + node}" : $"fd70::{11 + node}";

    public string Client(int client) => IsIPv4 ? $"192.168.70.{100 + client}" : $"fd70::{100 + client}";

    public string PodNetwork(int node) => IsIPv4 ? $"10.44.{node}.0/24" : $"fd44:0:0:{node}::/64";

    public string Pod(int node, int pod) => IsIPv4 ? $"10.44.{node}.{7 + pod}" : $"fd44:0:0:{node}::{7 + pod}";

    public string ClusterIP(int service) => IsIPv4 ? $"10.201.0.{10 + service}" : $"fd20::{10 + service}";

    /// <summary>An address of a node on a second link, which has no clients.</summary>
    public string Extra(int node) => IsIPv4 ? $"10.77.0.{11 + node}" : $"fd77::{11 + node}";

    public string ExtraNetwork => IsIPv4 ? "10.77.0.0/24" : "fd77::/64";

    /// <summary>A further address of a node on the link that all share.</summary>
    public string Second(int node) => IsIPv4 ? $"192.168.70.{31 + node}" : $"fd70::{31 + node}";

    public string NodeNetwork => IsIPv4 ? "192.168.70.0/24" : "fd70::/64";

    public int Bits => IsIPv4 ? 32 : 128;

    public int LinkLength => IsIPv4 ? 24 : 64;

    public string Vip(int number) => IsIPv4 ? $"203.0.113.{50 + number}" : $"2001:db8:50::{50 + number}";
}
