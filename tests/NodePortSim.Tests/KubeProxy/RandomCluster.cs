using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Random services, slices, nodes and options; equal seeds give equal ones.</summary>
internal sealed class RandomCluster(RandomSource random)
{
    private static readonly string[] Nodes = ["oak", "elm", "ash"];

    public static NodeInfo[] NodeInfos { get; } =
        [.. Nodes.Select(static (name, i) => Sample.Node(name, Sample.Invariant($"192.168.70.{11 + i}"), i == 0 ? "a" : "b"))];

    public SortedDictionary<int, Service> Services { get; } = [];

    public SortedDictionary<int, EndpointSlice> Slices { get; } = [];

    public KubeProxyOptions Options(KubeProxyLevel level) => Sample.Options() with
    {
        Level = level,
        ClusterCidrs = Chance(4) ? [] : [IpCidr.Parse("10.44.0.0/16")],
        MasqueradeAll = Chance(5),
        LocalhostNodePorts = !Chance(5),
        NodePortAddresses = Chance(5) ? new NodePortAddresses([IpCidr.Parse("192.168.70.0/24")], false) : NodePortAddresses.All,
    };

    /// <summary>Adds, changes and removes some services and slices.</summary>
    public void Change(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            int i = Below(6);
            if (Chance(4)) Services.Remove(i);
            else if (Chance(2)) Services[i] = MakeService(i);
            if (Chance(5)) Slices.Remove(i);
            else if (Chance(2)) Slices[i] = MakeSlice(i);
        }
    }

    public bool Chance(int of) => Below(of) == 0;

    private int Below(int bound) => (int)random.NextBelow((uint)bound);

    private Service MakeService(int i)
    {
        var type = (ServiceType)Below(3);
        var spec = new ServiceSpec
        {
            Type = type,
            ExternalTrafficPolicy = Chance(2) ? TrafficPolicy.Local : TrafficPolicy.Cluster,
            InternalTrafficPolicy = Chance(3) ? TrafficPolicy.Local : null,
            SessionAffinity = Chance(4) ? SessionAffinity.ClientIP : null,
            ExternalIPs = Chance(3) ? ["198.51.100.7"] : [],
            LoadBalancerSourceRanges = Chance(3) ? ["192.168.70.0/24", "203.0.113.0/24"] : [],
            HealthCheckNodePort = type == ServiceType.LoadBalancer ? 32000 + i : 0,
        };
        int nodePort = type == ServiceType.ClusterIP ? 0 : 30000 + i;
        Protocol protocol = Chance(3) ? Protocol.Udp : Protocol.Tcp;
        Service service = Sample.Service($"svc{i}", spec, Sample.Invariant($"10.201.0.{i + 1}"), protocol, nodePort);
        return type == ServiceType.LoadBalancer && !Chance(4)
            ? service with { Status = new ServiceStatus { LoadBalancerIngress = [new LoadBalancerIngress { Ip = "203.0.113.9" }] } }
            : service;
    }

    private EndpointSlice MakeSlice(int i)
    {
        string[] conditions = ["ready", "ready", "ready", "terminating", "down"];
        Endpoint[] endpoints =
        [
            .. Enumerable.Range(0, Below(5)).Select(e => Sample.Endpoint(Sample.Invariant($"10.44.{i}.{Below(12) + 1}"), Nodes[Below(3)], conditions[Below(5)]) with
            {
                HintsForZones = Chance(3) ? [] : [Chance(2) ? "a" : "b"],
                HintsForNodes = Chance(3) ? [] : [Nodes[Below(3)]],
            }),
        ];
        EndpointSlice slice = Sample.Slice($"svc{i}", endpoints);
        return Chance(3) ? slice.WithProtocol(Protocol.Udp) : slice;
    }
}
