using BenchmarkDotNet.Attributes;
using NodePortSim.Benchmarks.Scale;
using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;

namespace NodePortSim.Benchmarks;

/// <summary>
/// A whole NodePort connection over two nodes: SYN, SYN/ACK, ACK, a segment of data each way, and a RST that ends it; twelve crossings of a node. The
/// baseline is its first crossing pair: the SYN from client to pod alone.
/// </summary>
[MemoryDiagnoser]
public class ConnectionBenchmarks
{
    private readonly VirtualTimeProvider _time = new();
    private TwoNodePath _path = null!;
    private int _next;

    [Params(1, 100, 1000, 10_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        RuleSet rules = new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node)
            .Sync(BenchmarkCluster.Services(Services), BenchmarkCluster.Slices(Services, 3)).Rules;
        _path = new TwoNodePath(rules, rules, _time);
    }

    [Benchmark(Baseline = true)]
    public bool FirstPacket()
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Packet packet = TwoNodePath.Syn(_next++ % 1_000_000, Services);
        return _path.ToPod(ref packet);
    }

    [Benchmark]
    public bool NodePortConnection()
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Packet syn = TwoNodePath.Syn(_next++ % 1_000_000, Services);
        Packet packet = syn;
        bool arrives = _path.ToPod(ref packet);
        Packet synAck = BenchmarkPackets.SynAck(packet);
        packet = synAck;
        arrives &= _path.ToClient(ref packet);
        Packet segment = BenchmarkPackets.Segment(syn);
        packet = segment;
        arrives &= _path.ToPod(ref packet);
        packet = segment with { PayloadLength = 100, Length = 152 };
        arrives &= _path.ToPod(ref packet);
        packet = BenchmarkPackets.ServerSegment(synAck) with { Acknowledgment = segment.Sequence + 100, PayloadLength = 1000, Length = 1052 };
        arrives &= _path.ToClient(ref packet);
        packet = segment with { Flags = TcpFlags.Rst, Sequence = segment.Sequence + 100, Length = 40 };
        return arrives & _path.ToPod(ref packet);
    }
}
