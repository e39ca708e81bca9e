using BenchmarkDotNet.Attributes;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Benchmarks;

/// <summary>
/// A look-up of a known flow in the conntrack table, its hash included, at sizes from inside the cache to far beyond. The baseline is one
/// look-up of the same random flows, in the same order, in a <see cref="Dictionary{TKey, TValue}"/> of tuples.
/// </summary>
[MemoryDiagnoser]
public class ConntrackBenchmarks
{
    private const int Batch = 16;
    private const long Forever = 1_000_000_000_000_000;

    private readonly Dictionary<FlowTuple, int> _dictionary = [];
    private ConntrackStore _store = null!;
    private FlowTuple[] _asked = [];
    private int _next;

    /// <summary>The number of flows.</summary>
    [Params(1000, 100_000, 1_000_000, 10_000_000)]
    public int Flows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _store = new ConntrackStore(new TupleHash(new RandomSource(1)));
        _store.BeginPacket(0);
        _dictionary.EnsureCapacity(Flows);
        var random = new RandomSource(2);
        var all = new FlowTuple[Flows];
        for (int i = 0; i < Flows; i++)
        {
            do all[i] = RandomFlow(random);
            while (!_dictionary.TryAdd(all[i], i));
            Insert(_store, all[i]);
        }

        // A million of them at most, in another order than they came, so that neither table is helped by order.
        _asked = new FlowTuple[Math.Min(Flows, 1 << 20)];
        for (int i = 0; i < _asked.Length; i++) _asked[i] = all[random.NextBelow((uint)Flows)];
    }

    [Benchmark(Baseline = true)]
    public int DictionaryLookup() => _dictionary[Next()];

    [Benchmark]
    public int ConntrackLookup()
    {
        ref readonly FlowTuple tuple = ref Next();
        return _store.Find(_store.Hash.KeyOf(tuple), tuple);
    }

    /// <summary>A look-up that finds nothing, as new flows need some.</summary>
    [Benchmark]
    public int ConntrackLookupInVain()
    {
        FlowTuple tuple = Next() with { Protocol = Protocol.Udp };
        return _store.Find(_store.Hash.KeyOf(tuple), tuple);
    }

    /// <summary>Sixteen look-ups whose memory is asked for ahead: bucket by bucket, then entry by entry. The time is of one.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int PrefetchedLookups()
    {
        Span<TupleKey> keys = stackalloc TupleKey[Batch];
        int first = _next;
        int found = 0;
        for (int i = 0; i < Batch; i++)
        {
            keys[i] = _store.Hash.KeyOf(Next());
            _store.PrefetchBucket(keys[i].Hash);
        }

        for (int i = 0; i < Batch; i++) _store.PrefetchEntry(keys[i].Hash);
        _next = first;
        for (int i = 0; i < Batch; i++) found += _store.Find(keys[i], Next());
        return found;
    }

    internal static FlowTuple RandomFlow(RandomSource random) => new(
        IpAddr.FromIPv4(random.NextUInt32()), IpAddr.FromIPv4(random.NextUInt32()), (ushort)random.NextUInt32(), (ushort)random.NextUInt32(), Protocol.Tcp);

    internal static void Insert(ConntrackStore store, in FlowTuple tuple)
    {
        TupleInversion.TryInvert(tuple, out FlowTuple inverse);
        int entry = store.Open(tuple, inverse, store.Hash.KeyOf(tuple), accounted: false);
        store.Slots[entry].Expires = Forever;
        store.Insert(entry, replyOnly: false);
    }

    private ref readonly FlowTuple Next()
    {
        if (_next >= _asked.Length) _next = 0;
        return ref _asked[_next++];
    }
}
