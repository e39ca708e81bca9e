using BenchmarkDotNet.Attributes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Benchmarks;

/// <summary>
/// The life of a flow in a table that keeps its size: opened, confirmed, and expired two minutes later. The baseline puts a tuple into a
/// <see cref="Dictionary{TKey, TValue}"/> of the same number of flows, and takes the oldest out.
/// </summary>
[MemoryDiagnoser]
public class ConntrackTurnoverBenchmarks
{
    private const int SynSentSeconds = 120;

    private readonly VirtualTimeProvider _time = new();
    private readonly Dictionary<FlowTuple, uint> _dictionary = [];
    private ConntrackTable _table = null!;
    private TimeSpan _pause;
    private uint _next;

    /// <summary>The number of flows in the table.</summary>
    [Params(1000, 100_000, 1_000_000)]
    public int Flows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _table = new ConntrackTable(new Sysctls { ConntrackMax = 0 }, _time, new RandomSource(1));
        _pause = TimeSpan.FromSeconds(SynSentSeconds) / Flows;
        for (int i = 0; i < Flows * 4; i++) OpenConfirmExpire();
        for (int i = 0; i < Flows; i++) _dictionary.Add(Flow(_next++).Tuple, _next);
    }

    [Benchmark(Baseline = true)]
    public bool DictionaryAddRemove()
    {
        uint flow = _next++;
        return _dictionary.TryAdd(Flow(flow).Tuple, flow) & _dictionary.Remove(Flow(flow - (uint)Flows).Tuple);
    }

    [Benchmark]
    public int OpenConfirmExpire()
    {
        _time.Advance(_pause);
        var buffer = new SocketBuffer(Flow(_next++), 1);
        _table.Track(ref buffer);
        _table.Confirm(ref buffer);
        return buffer.Entry;
    }

    private static Packet Flow(uint flow) => new()
    {
        // An odd factor visits every address once, in an order without locality.
        Source = IpAddr.FromIPv4(flow * 0x9E3779B1u),
        Destination = BenchmarkCluster.NodeAddress,
        SourcePort = (ushort)(flow | 1),
        DestinationPort = 80,
        Protocol = Protocol.Tcp,
        Flags = TcpFlags.Syn,
        Window = 64240,
        WindowScale = 7,
        Length = 60,
    };
}
