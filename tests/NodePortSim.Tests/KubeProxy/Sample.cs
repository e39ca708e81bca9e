using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Small objects for tests: services of one port, slices of ready endpoints, nodes.</summary>
internal static class Sample
{
    public static NodeInfo Node(string name = "oak", string address = "192.168.70.11", string? zone = null) => new()
    {
        Name = name,
        Labels = zone is null ? [] : [new(NodePortSim.Kubernetes.Node.ZoneLabel, zone)],
        InterfaceAddresses = [IpAddr.Parse("127.0.0.1"), IpAddr.Parse("::1"), IpAddr.Parse(address)],
        NodeAddresses = [IpAddr.Parse(address)],
    };

    public static KubeProxyOptions Options(string level = "1.31") =>
        new() { Level = KubeProxyLevel.Parse(level), ClusterCidrs = [IpCidr.Parse("10.44.0.0/16")] };

    public static Service Service(string name, ServiceSpec? spec = null, string clusterIP = "10.201.0.10", Protocol protocol = Protocol.Tcp, int nodePort = 0) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = name },
        Spec = (spec ?? new ServiceSpec { Type = nodePort == 0 ? ServiceType.ClusterIP : ServiceType.NodePort }) with
        {
            ClusterIP = clusterIP,
            ClusterIPs = [clusterIP],
            IpFamilies = [IpFamily.IPv4],
            Ports = [new ServicePort { Name = "web", Port = 80, Protocol = protocol, NodePort = nodePort }],
        },
    };

    public static EndpointSlice Slice(string service, params Endpoint[] endpoints) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = service + "-1", Labels = [new(EndpointSlice.ServiceNameLabel, service)] },
        AddressType = AddressFormat.IPv4,
        Ports = [new EndpointPort { Name = "web", Port = 8080 }],
        Endpoints = endpoints.ToEquatableArray(),
    };

    public static EndpointSlice WithProtocol(this EndpointSlice slice, Protocol protocol) => slice with { Ports = [slice.Ports[0] with { Protocol = protocol }] };

    public static Endpoint Endpoint(string address, string? node = null, string conditions = "ready") => new()
    {
        Addresses = [address],
        NodeName = node,
        Ready = conditions == "ready",
        Serving = conditions is "ready" or "terminating",
        Terminating = conditions == "terminating",
    };

    /// <summary>The rules of the given chains as iptables-save prints them.</summary>
    public static string Rules(RuleSet rules, IptablesTable table, params string[] chainPrefixes) => string.Concat(
        SaveWriter.Write(rules[table]!, rules.Family)
            .Split('\n')
            .Where(line => chainPrefixes.Any(prefix => line.StartsWith("-A " + prefix, StringComparison.Ordinal)))
            .Select(static line => line + "\n"));

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
