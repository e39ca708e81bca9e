using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Routing;

namespace NodePortSim.Benchmarks.Scale;

/// <summary>Two nodes on the way of NodePort connections: the one that is asked, and the one that has all pods. Both hold the rules given.</summary>
internal sealed class TwoNodePath
{
    private const int Lan = 2, Pods = 3;

    private static readonly IpAddr PodNode = IpAddr.Parse("172.18.0.5");

    private readonly NetfilterMachine _asked;
    private readonly NetfilterMachine _podNode;

    public TwoNodePath(RuleSet askedRules, RuleSet podNodeRules, TimeProvider time)
        : this(AskedNode(time, 1), NodeOfPods(time))
    {
        Load(askedRules, podNodeRules);
    }

    public TwoNodePath(NetfilterMachine asked, NetfilterMachine podNode)
    {
        _asked = asked;
        _podNode = podNode;
    }

    /// <summary>How many nodes a packet crosses.</summary>
    public const int Nodes = 2;

    public int Entries => _asked.Conntrack.Count + _podNode.Conntrack.Count;

    /// <summary>The machine of a node that clients ask.</summary>
    public static NetfilterMachine AskedNode(TimeProvider time, ulong seed) =>
        Machine(BenchmarkCluster.NodeAddress, new Route(IpCidr.Parse("10.0.0.0/8"), PodNode, Lan), time, seed);

    /// <summary>The machine of the node that has all pods.</summary>
    public static NetfilterMachine NodeOfPods(TimeProvider time) => Machine(PodNode, new Route(IpCidr.Parse("10.0.0.0/8"), null, Pods), time, 2);

    public void Load(RuleSet askedRules, RuleSet podNodeRules)
    {
        _asked.Load(askedRules, FlushedChains.All);
        _podNode.Load(podNodeRules, FlushedChains.All);
    }

    /// <summary>Ends all connections.</summary>
    public void ForgetConnections()
    {
        _asked.Conntrack.Delete(static _ => true);
        _podNode.Conntrack.Delete(static _ => true);
    }

    /// <summary>Carries a client's packet to its pod.</summary>
    public bool ToPod(ref Packet packet) => Cross(_asked, ref packet, Lan) && Cross(_podNode, ref packet, Lan);

    /// <summary>Carries a pod's packet to its client.</summary>
    public bool ToClient(ref Packet packet) => Cross(_podNode, ref packet, Pods) && Cross(_asked, ref packet, Lan);

    /// <summary>A client's packet through the node that is asked.</summary>
    public static bool CrossAsked(NetfilterMachine asked, Packet packet) => Cross(asked, ref packet, Lan);

    /// <summary>The SYN of a client's flow to one of the Services that any node answers for.</summary>
    public static Packet Syn(int flow, int services, int localEvery = 0)
    {
        int service = (int)((uint)flow * 2654435761u % (uint)Math.Min(services, BenchmarkCluster.MaxNodePorts));
        return SynTo(flow, BenchmarkCluster.IsLocal(service, localEvery) ? service - 1 : service);
    }

    /// <summary>The SYN of a client's flow to a Service.</summary>
    public static Packet SynTo(int flow, int service) => BenchmarkPackets.Syn((uint)flow, (uint)service, 0xAC120100u);

    private static bool Cross(NetfilterMachine node, ref Packet packet, int inInterface)
    {
        var buffer = new SocketBuffer(packet, inInterface);
        bool passes = node.Forward(ref buffer).Result == ForwardResult.Forwarded;
        packet = buffer.Packet;
        return passes;
    }

    private static NetfilterMachine Machine(IpAddr address, Route podRoute, TimeProvider time, ulong seed)
    {
        var routing = new RoutingTable();
        routing.AddAddress(routing.AddInterface("eth0"), new InterfaceAddress(address, 16, AddressScope.Global));
        routing.AddInterface("veth0");
        routing.AddRoute(podRoute);
        var sysctls = new Sysctls { Forwarding = true, ConntrackMax = 0 };
        return new NetfilterMachine(routing, sysctls, time, new RandomSource(seed));
    }
}
