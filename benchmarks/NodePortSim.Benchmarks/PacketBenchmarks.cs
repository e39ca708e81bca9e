using BenchmarkDotNet.Attributes;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Benchmarks;

/// <summary>
/// One packet through the hooks of one node (PREROUTING, FORWARD, POSTROUTING): of an established NodePort flow, and the first of a new one.
/// The baseline is one look-up of the same number of flows in a <see cref="Dictionary{TKey, TValue}"/>.
/// </summary>
[MemoryDiagnoser]
public class PacketBenchmarks
{
    private const int Flows = 1000;

    private readonly VirtualTimeProvider _time = new();
    private readonly Dictionary<FlowTuple, int> _dictionary = [];
    private readonly Packet[] _established = new Packet[Flows];
    private NetfilterMachine _machine = null!;
    private RoutingTable _routing = null!;
    private uint _next;

    /// <summary>The number of NodePort Services before the one that is asked.</summary>
    [Params(1, 100, 1000, 10_000, 100_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _routing = new RoutingTable();
        NetworkInterface eth0 = _routing.AddInterface("eth0");
        _routing.AddAddress(eth0, new InterfaceAddress(BenchmarkCluster.NodeAddress, 24, AddressScope.Global));
        _routing.AddRoute(new Route(IpCidr.Parse("10.0.0.0/8"), IpAddr.Parse("172.18.0.5"), eth0.Index));
        _machine = new NetfilterMachine(_routing, new Sysctls { Forwarding = true }, _time, new RandomSource(1));
        var proxy = new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node);
        _machine.Load(proxy.Sync(BenchmarkCluster.Services(Services), BenchmarkCluster.Slices(Services, 3)).Rules);
        for (uint i = 0; i < Flows; i++)
        {
            Packet packet = First(i);
            _dictionary[packet.Tuple] = (int)i;
            _established[i] = packet;
            Pass(packet);
        }
    }

    [Benchmark(Baseline = true)]
    public int DictionaryLookup() => _dictionary[_established[_next++ % Flows].Tuple];

    [Benchmark]
    public bool EstablishedPacket() => Pass(_established[_next++ % Flows]);

    [Benchmark]
    public bool NewConnection()
    {
        // Old flows end, so that the table keeps its size: a flow lasts as long as a SYN that is not answered.
        _time.Advance(TimeSpan.FromMilliseconds(20));
        return Pass(First(Flows + _next++ % 1_000_000));
    }

    private Packet First(uint flow) => new()
    {
        Source = IpAddr.FromIPv4(0xAC120064u + flow / 50000),
        Destination = BenchmarkCluster.NodeAddress,
        SourcePort = (ushort)(10000 + flow % 50000),
        DestinationPort = (ushort)(BenchmarkCluster.FirstNodePort + Math.Min(Services, BenchmarkCluster.MaxNodePorts) - 1),
        Protocol = Protocol.Tcp,
        Flags = TcpFlags.Syn,
        Ttl = 64,
        WindowScale = 7,
        Window = 64240,
        Sequence = flow,
        Length = 60,
    };

    private bool Pass(in Packet packet)
    {
        var silent = default(SilentTrace);
        var buffer = new SocketBuffer(packet, 2);
        if (_machine.Run(Hook.Prerouting, ref buffer, ref silent).Result != HookResult.Accept) return false;
        RouteDecision route = _routing.Lookup(buffer.Packet.Destination);
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        return _machine.Run(Hook.Forward, ref buffer, ref silent).Result == HookResult.Accept
            && _machine.Run(Hook.Postrouting, ref buffer, ref silent).Result == HookResult.Accept;
    }
}
