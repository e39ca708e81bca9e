using BenchmarkDotNet.Attributes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Benchmarks;

/// <summary>
/// One packet through one node (PREROUTING, routing, FORWARD, POSTROUTING), by the number of Services: data segments of answered NodePort flows in both
/// directions, one by one and in bulk, and the first packet of a new flow. The baseline is one look-up of the same flows in a
/// <see cref="Dictionary{TKey, TValue}"/>.
/// </summary>
[MemoryDiagnoser]
public class PacketBenchmarks
{
    private const int Flows = 1000, BatchSize = 64, PayloadLength = 100;

    private readonly VirtualTimeProvider _time = new();
    private readonly Dictionary<FlowTuple, int> _dictionary = [];

    /// <summary>The next segment of each flow: first all of the clients', then all of the servers'.</summary>
    private readonly Packet[] _segments = new Packet[2 * Flows];
    private readonly SocketBuffer[] _batch = new SocketBuffer[BatchSize];
    private readonly ForwardVerdict[] _verdicts = new ForwardVerdict[BatchSize];
    private BenchmarkNode _node = null!;
    private uint _next;

    /// <summary>The number of NodePort Services; flows go to that whose rules stand last.</summary>
    [Params(1, 100, 1000, 10_000, 100_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _node = new BenchmarkNode(Services, 3, _time);
        for (uint i = 0; i < Flows; i++)
        {
            Packet syn = _node.SynToLast(i);
            _segments[Flows + i] = _node.Establish(syn);
            _segments[i] = BenchmarkPackets.Segment(syn, 64000);
        }

        for (int i = 0; i < _segments.Length; i++) _dictionary[_segments[i].Tuple] = i;
    }

    [Benchmark(Baseline = true)]
    public int DictionaryLookup()
    {
        int found = _dictionary[Current.Tuple];
        Advance();
        return found;
    }

    [Benchmark]
    public bool EstablishedPacket()
    {
        bool passes = _node.Pass(Current);
        Advance();
        return passes;
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public bool EstablishedPacketsInBulk()
    {
        foreach (ref SocketBuffer place in _batch.AsSpan())
        {
            BenchmarkNode.Put(ref place, Current);
            Advance();
        }

        return _node.Pass(_batch, _verdicts);
    }

    [Benchmark]
    public bool NewConnection()
    {
        // Old flows end, so that the table keeps its size: a flow lasts as long as a SYN that is not answered.
        _time.Advance(TimeSpan.FromMilliseconds(20));
        return _node.Pass(_node.SynToLast(Flows + _next++ % 1_000_000));
    }

    /// <summary>Flow by flow, client and server in turn.</summary>
    private ref Packet Current => ref _segments[(_next & 1) * Flows + (_next >> 1)];

    /// <summary>
    /// Makes the flow's next segment of the one that was sent: new data, which acknowledges what the other side has sent so far. It is read
    /// only a round later: a copy of what was written just before would measure the copy.
    /// </summary>
    private void Advance()
    {
        ref Packet packet = ref Current;
        _next ^= 1;
        packet.Acknowledgment = Current.Sequence;
        _next ^= 1;
        packet.Sequence += (uint)packet.PayloadLength;
        packet.PayloadLength = PayloadLength;
        if (++_next == 2 * Flows) _next = 0;
    }
}
