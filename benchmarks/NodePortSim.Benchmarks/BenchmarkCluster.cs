using System.Globalization;
using NodePortSim.Collections;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Benchmarks;

/// <summary>Clusters of NodePort Services of a given size, as kube-proxy sees them.</summary>
internal static class BenchmarkCluster
{
    public const ushort FirstNodePort = 30000;

    /// <summary>How many Services can have a node port; more have a cluster IP only.</summary>
    public const int MaxNodePorts = 65536 - FirstNodePort;

    public static readonly IpAddr NodeAddress = IpAddr.Parse("172.18.0.4");

    public static readonly NodeInfo Node = new()
    {
        Name = "node",
        InterfaceAddresses = [IpAddr.Parse("127.0.0.1"), NodeAddress],
        NodeAddresses = [NodeAddress],
        PodCidrs = [IpCidr.Parse("10.10.0.0/24")],
    };

    public static readonly KubeProxyOptions Options = KubeProxyOptions.From(new KubeProxyConfiguration { ClusterCIDR = "10.0.0.0/8" });

    /// <summary>The Services, of which every <paramref name="localEvery"/>th has externalTrafficPolicy Local; 0 means none.</summary>
    public static Service[] Services(int count, int localEvery = 0) => [.. Enumerable.Range(0, count).Select(i => new Service
    {
        Metadata = new ObjectMeta { Name = Name(i), Namespace = "default" },
        Spec = new ServiceSpec
        {
            Type = ServiceType.NodePort,
            ExternalTrafficPolicy = IsLocal(i, localEvery) ? TrafficPolicy.Local : TrafficPolicy.Cluster,
            ClusterIP = ClusterIP(i).ToString(),
            ClusterIPs = [ClusterIP(i).ToString()],
            IpFamilies = [IpFamily.IPv4],
            Ports = [new ServicePort { Name = "web", Protocol = Protocol.Tcp, Port = 80, NodePort = i < MaxNodePorts ? FirstNodePort + i : 0 }],
        },
    })];

    public static bool IsLocal(int service, int localEvery) => localEvery > 0 && service % localEvery == localEvery - 1;

    /// <summary>One slice of each Service; its endpoints are spread over the nodes, or all on <see cref="Node"/> where there is one only.</summary>
    public static EndpointSlice[] Slices(int services, int endpoints, int nodes = 1) =>
        [.. Enumerable.Range(0, services).Select(i => Slice(i, endpoints, 0, nodes))];

    /// <summary>The slice of one Service; another variant has another last endpoint.</summary>
    public static EndpointSlice Slice(int service, int endpoints, int variant, int nodes = 1) => new()
    {
        Metadata = new ObjectMeta { Name = Name(service) + "-1", Namespace = "default", Labels = [new(EndpointSlice.ServiceNameLabel, Name(service))] },
        AddressType = AddressFormat.IPv4,
        Ports = [new EndpointPort { Name = "web", Protocol = Protocol.Tcp, Port = 8080 }],
        Endpoints = Enumerable.Range(0, endpoints).Select(e => new Endpoint
        {
            Addresses = [IpAddr.FromIPv4(0x0A0A0000u + (uint)(service * endpoints + e) + (e == endpoints - 1 ? (uint)variant << 22 : 0)).ToString()],
            NodeName = nodes == 1 ? Node.Name : NodeName((service * endpoints + e) % nodes),
        }).ToEquatableArray(),
    };

    public static string NodeName(int node) => "node" + node.ToString(CultureInfo.InvariantCulture);

    public static IpAddr ClusterIP(int service) => IpAddr.FromIPv4(0x0AC80000u + (uint)service);

    private static string Name(int service) => "svc" + service.ToString(CultureInfo.InvariantCulture);
}
