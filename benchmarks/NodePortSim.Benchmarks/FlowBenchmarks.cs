using BenchmarkDotNet.Attributes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Benchmarks;

/// <summary>
/// Clients' segments of answered NodePort flows, drawn at random among 1,000 to 10 million that go to 1,000 Services: one by one, and in bulk. The
/// baseline is one look-up of the same flows in a <see cref="Dictionary{TKey, TValue}"/>; all three make their packets of the flow's number.
/// </summary>
[MemoryDiagnoser]
public class FlowBenchmarks
{
    private const int BatchSize = 64, Services = 1000, Endpoints = 10;

    private readonly SocketBuffer[] _batch = new SocketBuffer[BatchSize];
    private readonly ForwardVerdict[] _verdicts = new ForwardVerdict[BatchSize];
    private Dictionary<FlowTuple, int> _dictionary = [];
    private BenchmarkNode _node = null!;
    private uint _random;
    private ushort _window;

    [Params(1000, 100_000, 1_000_000, 10_000_000)]
    public int Flows { get; set; }

    /// <summary>The node knows no flows yet.</summary>
    private void MakeNode() => _node = new BenchmarkNode(Services, Endpoints, new VirtualTimeProvider());

    [GlobalSetup(Target = nameof(DictionaryLookup))]
    public void SetupDictionary()
    {
        MakeNode();
        _dictionary = new Dictionary<FlowTuple, int>(Flows);
        for (uint i = 0; i < Flows; i++) _dictionary[_node.Syn(i).Tuple] = (int)i;
    }

    [GlobalSetup(Targets = [nameof(EstablishedPacket), nameof(EstablishedPacketsInBulk)])]
    public void SetupFlows()
    {
        MakeNode();
        for (uint i = 0; i < Flows; i++) _node.Establish(_node.Syn(i));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = BatchSize)]
    public int DictionaryLookup()
    {
        int sum = 0;
        for (int i = 0; i < BatchSize; i++) sum += _dictionary[Next().Tuple];
        return sum;
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public bool EstablishedPacket()
    {
        bool all = true;
        for (int i = 0; i < BatchSize; i++) all &= _node.Pass(Next());
        return all;
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public bool EstablishedPacketsInBulk()
    {
        foreach (ref SocketBuffer place in _batch.AsSpan()) BenchmarkNode.Put(ref place, Next());
        return _node.Pass(_batch, _verdicts);
    }

    private Packet Next()
    {
        _random = unchecked(_random * 1664525 + 1013904223);
        return BenchmarkPackets.Segment(_node.Syn((uint)((ulong)_random * (uint)Flows >> 32)), (ushort)(60000 + (++_window & 1023)));
    }
}
