using BenchmarkDotNet.Attributes;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Benchmarks;

/// <summary>kube-proxy's rules of one node: the first sync (the baseline), one after one endpoint's change, and the texts.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    private const int Endpoints = 10;

    private Service[] _services = [];
    private EndpointSlice[] _slices = [];
    private NodeProxy _proxy = null!;
    private ProxyState _state = null!;
    private RestoreInput _restore = null!;
    private int _variant;

    [Params(100, 1000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _services = BenchmarkCluster.Services(Services);
        _slices = BenchmarkCluster.Slices(Services, Endpoints);
        _proxy = new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node);
        _state = ProxyState.Create(_services, _slices);
        _restore = _proxy.Sync(_state).Restore;
    }

    [Benchmark(Baseline = true)]
    public RuleSet FirstSync() =>
        new NodeProxy(IpFamily.IPv4, BenchmarkCluster.Options, BenchmarkCluster.Node).Sync(ProxyState.Create(_services, _slices)).Rules;

    [Benchmark]
    public RuleSet SyncAfterOneEndpointChanged()
    {
        _slices[0] = BenchmarkCluster.Slice(0, Endpoints, ++_variant & 1);
        _state = ProxyState.Create(_services, _slices, previous: _state);
        return _proxy.Sync(_state).Rules;
    }

    [Benchmark]
    public int SaveText() => SaveWriter.Write(_proxy.Rules).Length;

    [Benchmark]
    public int RestoreText() => RestoreWriter.Write(_restore).Length;
}
