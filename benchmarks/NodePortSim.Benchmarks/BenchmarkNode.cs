using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Routing;

namespace NodePortSim.Benchmarks;

/// <summary>One node of a cluster of NodePort Services, with flows through it to pods of other nodes.</summary>
internal sealed class BenchmarkNode
{
    private const int Lan = 2;
    private const uint FirstClient = 0xAC130064u;

    private readonly int _services;
    private readonly NetfilterMachine _machine;

    /// <summary>The packet in hand; one that is made for each packet would be cleared before it is filled.</summary>
    private SocketBuffer _buffer;

    public BenchmarkNode(int services, int endpoints, TimeProvider time)
    {
        _services = Math.Min(services, BenchmarkCluster.MaxNodePorts);
        var routing = new RoutingTable();
        NetworkInterface eth0 = routing.AddInterface("eth0");
        routing.AddAddress(eth0, new InterfaceAddress(BenchmarkCluster.NodeAddress, 24, AddressScope.Global));
        routing.AddRoute(new Route(IpCidr.Parse("10.0.0.0/8"), IpAddr.Parse("172.18.0.5"), eth0.Index));
        routing.AddRoute(new Route(IpCidr.Parse("0.0.0.0/0"), IpAddr.Parse("172.18.0.1"), eth0.Index));
        _machine = new NetfilterMachine(routing, new Sysctls { Forwarding = true, ConntrackMax = 0 }, time, new RandomSource(1));
        var proxy = new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node);
        _machine.Load(proxy.Sync(BenchmarkCluster.Services(services), BenchmarkCluster.Slices(services, endpoints)).Rules);
    }

    /// <summary>The SYN of a client's flow to one of the Services, another for each flow.</summary>
    public Packet Syn(uint flow) => BenchmarkPackets.Syn(flow, flow % (uint)_services, FirstClient);

    /// <summary>The SYN of a client's flow to the Service whose rules stand last.</summary>
    public Packet SynToLast(uint flow) => BenchmarkPackets.Syn(flow, (uint)_services - 1, FirstClient);

    /// <summary>Opens a flow, answers it and acknowledges the answer.</summary>
    /// <param name="syn">Its first packet.</param>
    /// <returns>A segment of the server's, as it comes in.</returns>
    public Packet Establish(in Packet syn)
    {
        Packet atServer = syn;
        Expect(Forward(ref atServer));
        Packet synAck = BenchmarkPackets.SynAck(atServer);
        Packet answer = synAck;
        Expect(Forward(ref answer));
        Packet acknowledgment = BenchmarkPackets.Segment(syn, 64000);
        Expect(Forward(ref acknowledgment));
        return BenchmarkPackets.ServerSegment(synAck);
    }

    /// <summary>Carries a packet through the node.</summary>
    public bool Forward(ref Packet packet)
    {
        var buffer = new SocketBuffer(packet, Lan);
        bool passes = _machine.Forward(ref buffer).Result == ForwardResult.Forwarded;
        packet = buffer.Packet;
        return passes;
    }

    /// <summary>Carries a packet through the node.</summary>
    public bool Pass(in Packet packet)
    {
        _buffer.Begin(packet, Lan);
        return _machine.Forward(ref _buffer).Result == ForwardResult.Forwarded;
    }

    /// <summary>Puts a packet at its place in a batch.</summary>
    public static void Put(ref SocketBuffer place, in Packet packet) => place.Begin(packet, Lan);

    /// <summary>Carries a batch through the node.</summary>
    public bool Pass(SocketBuffer[] batch, ForwardVerdict[] verdicts)
    {
        _machine.ForwardBatch(batch, verdicts);
        return verdicts[^1].Result == ForwardResult.Forwarded;
    }

    private static void Expect(bool passes)
    {
        if (!passes) throw new InvalidOperationException("A packet was lost.");
    }
}
