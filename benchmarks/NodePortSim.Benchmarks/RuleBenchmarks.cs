using BenchmarkDotNet.Attributes;
using NodePortSim.Benchmarks.Scale;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;

namespace NodePortSim.Benchmarks;

/// <summary>kube-proxy's rules of one node, from Kubernetes objects to rules that run there: all (the baseline), after one endpoint's change, and the texts.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private const int Endpoints = 10, ChangedService = 1;

    private readonly VirtualTimeProvider _time = new();
    private Service[] _services = [];
    private EndpointSlice[] _slices = [];
    private EndpointSlice[] _variants = [];
    private NodeProxy _proxy = null!;
    private NetfilterMachine _machine = null!;
    private ProxyState _state = null!;
    private SyncResult _sync = null!;
    private string _saved = "";
    private int _change;

    [Params(100, 1000, 10_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _services = BenchmarkCluster.Services(Services);
        _slices = BenchmarkCluster.Slices(Services, Endpoints);
        _variants = [.. Enumerable.Range(0, 2).Select(static variant => BenchmarkCluster.Slice(ChangedService, Endpoints, variant))];
        _proxy = NewProxy();
        _machine = TwoNodePath.AskedNode(_time, 1);
        _state = ProxyState.Create(_services, _slices);
        _sync = _proxy.Sync(_state);
        Load(_machine, _sync);
        _saved = SaveWriter.Write(_sync.Rules);
    }

    /// <summary>Everything that a first packet needs, and the packet; chains that it does not meet are made when they are met.</summary>
    [Benchmark(Baseline = true)]
    public bool ObjectsToFirstPacket()
    {
        NetfilterMachine machine = TwoNodePath.AskedNode(_time, 1);
        Load(machine, NewProxy().Sync(ProxyState.Create(_services, _slices)));
        return TwoNodePath.CrossAsked(machine, TwoNodePath.SynTo(1, ChangedService));
    }

    /// <summary>The same, and every chain of every service made, so that nothing is put off.</summary>
    [Benchmark]
    public int ObjectsToAllChains()
    {
        RuleSet rules = NewProxy().Sync(ProxyState.Create(_services, _slices)).Rules;
        int made = 0;
        foreach (TableRules table in rules.Tables)
            foreach (Chain chain in table.Chains) made += PreparedChain.Of(chain).Rules.Length;
        return made;
    }

    [Benchmark]
    public RuleSet AfterOneEndpointChanged() => Change().Rules;

    [Benchmark]
    public bool AfterOneEndpointChangedAndAPacket()
    {
        Change();
        return TwoNodePath.CrossAsked(_machine, TwoNodePath.SynTo(++_change, ChangedService));
    }

    /// <summary>All objects compared with those of the state before: for callers that do not know what changed.</summary>
    [Benchmark]
    public ProxyState StateOfAllObjectsAfterOneChanged()
    {
        _slices[ChangedService] = _variants[++_change & 1];
        return _state = ProxyState.Create(_services, _slices, previous: _state);
    }

    [Benchmark]
    public int SaveText() => SaveWriter.Write(_proxy.Rules).Length;

    [Benchmark]
    public int SaveTextAsUtf8()
    {
        var output = new CountingWriter();
        SaveWriter.Write(output, _proxy.Rules);
        return output.Count;
    }

    [Benchmark]
    public int RestoreText() => RestoreWriter.Write(_sync.Restore).Length;

    [Benchmark]
    public int RestoreTextAsUtf8()
    {
        var output = new CountingWriter();
        RestoreWriter.Write(output, _sync.Restore);
        return output.Count;
    }

    /// <summary>Both texts of a node whose chains nobody has looked at yet.</summary>
    [Benchmark]
    public int BothTextsOfNewRules()
    {
        SyncResult sync = NewProxy().Sync(ProxyState.Create(_services, _slices));
        var output = new CountingWriter();
        SaveWriter.Write(output, sync.Rules);
        RestoreWriter.Write(output, sync.Restore);
        return output.Count;
    }

    [Benchmark]
    public RuleSet ReadSaveText() => SaveReader.Read(_saved, IpFamily.IPv4, "saved").Rules;

    private static NodeProxy NewProxy() => new(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node);

    private static void Load(NetfilterMachine machine, SyncResult sync) =>
        machine.Load(sync.Rules, FlushedChains.Of(sync.DeclaredFixedChains, sync.WrittenServicePorts, sync.LeftoverChains));

    private SyncResult Change()
    {
        _state = _state.With(slices: [_variants[++_change & 1]]);
        SyncResult sync = _proxy.Sync(_state);
        Load(_machine, sync);
        return sync;
    }
}
