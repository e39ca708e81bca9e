using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Tests.Netfilter.Rules;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>A change costs what depends on it, and leads where a compilation of everything leads.</summary>
public class IncrementalSyncTests
{
    private const ulong BaseSeed = 900;
    private const int Clusters = 400, Steps = 6;

    [Fact]
    public void States_made_of_changes_lead_to_the_rules_of_all_objects()
    {
        for (ulong seed = BaseSeed; seed < BaseSeed + Clusters; seed++)
        {
            var cluster = new RandomCluster(new RandomSource(seed));
            KubeProxyLevel level = KubeProxyLevel.All[(int)(seed % (ulong)KubeProxyLevel.All.Count)];
            KubeProxyOptions options = cluster.Options(level);
            NodeProxy[] proxies = [.. RandomCluster.NodeInfos.Select(node => new NodeProxy(IpFamily.IPv4, options, node))];
            Dictionary<int, Service> services = [];
            Dictionary<int, EndpointSlice> slices = [];
            ProxyState state = ProxyState.Create([], [], level);
            for (int step = 0; step < Steps; step++)
            {
                cluster.Change(3);
                state = state.With(
                    cluster.Services.Where(now => !ReferenceEquals(services.GetValueOrDefault(now.Key), now.Value)).Select(static now => now.Value),
                    cluster.Slices.Where(now => !ReferenceEquals(slices.GetValueOrDefault(now.Key), now.Value)).Select(static now => now.Value),
                    services.Where(old => !cluster.Services.ContainsKey(old.Key)).Select(static old => new ObjectKey(old.Value.Namespace, old.Value.Name)),
                    slices.Where(old => !cluster.Slices.ContainsKey(old.Key)).Select(static old => new ObjectKey(old.Value.Namespace, old.Value.Name)));
                (services, slices) = (new(cluster.Services), new(cluster.Slices));
                foreach (NodeProxy proxy in proxies)
                {
                    SyncResult sync = proxy.Sync(state);
                    SyncResult inOneGo = new NodeProxy(IpFamily.IPv4, options, proxy.Node).Sync(cluster.Services.Values, cluster.Slices.Values);
                    SaveWriter.Write(sync.Rules).Should().Be(SaveWriter.Write(inOneGo.Rules), "seed {0}, step {1}, {2}", seed, step, proxy.Node.Name);
                    sync.Rules[IptablesTable.Nat]!.ChainCount.Should().Be(sync.Rules[IptablesTable.Nat]!.Chains.Count());
                    int lines = inOneGo.Restore.Tables[1].Commands.Count(static command => command is AppendRule);
                    sync.CountRules(IptablesTable.Nat).Should().Be(lines, "rules are counted without being made");
                    proxy.HealthChecks.Should().Equal(Fresh(options, proxy, cluster).HealthChecks);
                }
            }
        }
    }

    [Fact]
    public void Every_chain_is_found_by_its_name_before_any_is_made()
    {
        for (ulong seed = BaseSeed; seed < BaseSeed + Clusters; seed++)
        {
            var cluster = new RandomCluster(new RandomSource(seed));
            cluster.Change(20);
            KubeProxyOptions options = cluster.Options(KubeProxyLevel.Default);
            ProxyState state = ProxyState.Create(cluster.Services.Values, cluster.Slices.Values);
            for (int step = 0; step < 2; step++)
            {
                TableRules made = new NodeProxy(IpFamily.IPv4, options, RandomCluster.NodeInfos[1]).Sync(cluster.Services.Values, cluster.Slices.Values).Rules[IptablesTable.Nat]!;
                TableRules asked = new NodeProxy(IpFamily.IPv4, options, RandomCluster.NodeInfos[1]).Sync(state).Rules[IptablesTable.Nat]!;
                foreach (Chain chain in made.Chains)
                {
                    asked.TryGetChain(chain.Name, out Chain? found).Should().BeTrue("{0} is there", chain.Name);
                    found.Should().Be(chain);
                }

                asked.TryGetChain("KUBE-SVC-AAAAAAAAAAAAAAAA", out _).Should().BeFalse();
                asked.TryGetChain("SOMETHING", out _).Should().BeFalse();

                // The index of names follows, too.
                cluster.Change(3);
                state = ProxyState.Create(cluster.Services.Values, cluster.Slices.Values, previous: state);
            }
        }
    }

    [Fact]
    public void One_changed_endpoint_makes_the_chains_of_its_service_only_among_100_services_as_among_10_000()
    {
        Work few = WorkAfterAChange(100), many = WorkAfterAChange(10_000);

        few.ServicesMade.Should().Be(1);
        many.ServicesMade.Should().Be(1);
        many.StateBytes.Should().BeLessThan(2 * few.StateBytes + 16_000, "a state copies lists of pieces, and nothing for each service");
        many.SyncBytes.Should().BeLessThan(2 * few.SyncBytes + 16_000);
        many.LoadBytes.Should().BeLessThan(2 * few.LoadBytes + 1000);
        (many.StateBytes + many.SyncBytes + many.LoadBytes).Should().BeLessThan(100_000);
    }

    private static NodeProxy Fresh(KubeProxyOptions options, NodeProxy proxy, RandomCluster cluster)
    {
        var fresh = new NodeProxy(IpFamily.IPv4, options, proxy.Node);
        fresh.Sync(cluster.Services.Values, cluster.Slices.Values);
        return fresh;
    }

    private static Work WorkAfterAChange(int services)
    {
        Service[] all = [.. Enumerable.Range(0, services).Select(static i => Sample.Service(
            Sample.Invariant($"svc{i}"), new ServiceSpec { Type = ServiceType.NodePort }, Sample.Invariant($"10.201.{i >> 8}.{i & 255}"), Protocol.Tcp, 30000 + i))];
        EndpointSlice[] slices = [.. Enumerable.Range(0, services).Select(static i => Slice(i, 1))];
        ProxyState state = ProxyState.Create(all, slices);
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("oak", Bed.Node));
        var bed = new Bed(new Sysctls { Forwarding = true });
        Load(bed, proxy.Sync(state));
        Meet(bed, 1, 40000);

        // Twice: the first time makes the code run that is made when it first runs.
        Work work = default;
        for (int round = 2; round < 4; round++)
        {
            long start = GC.GetAllocatedBytesForCurrentThread();
            state = state.With(slices: [Slice(1, round)]);
            long stated = GC.GetAllocatedBytesForCurrentThread();
            SyncResult sync = proxy.Sync(state);
            long synced = GC.GetAllocatedBytesForCurrentThread();
            Load(bed, sync);
            long loaded = GC.GetAllocatedBytesForCurrentThread();
            Meet(bed, 1, (ushort)(40000 + round));
            work = new Work(stated - start, synced - stated, loaded - synced, proxy.InPlace!.Services.InOrder.Count(static service => service.HasMadeChains));
        }

        return work;
    }

    private static EndpointSlice Slice(int service, int variant) => Sample.Slice(
        Sample.Invariant($"svc{service}"),
        Sample.Endpoint(Sample.Invariant($"10.10.{2 + (service >> 8) % 100}.{service & 255}"), "oak"),
        Sample.Endpoint(Sample.Invariant($"10.11.{2 + (service >> 8) % 100}.{variant}"), "oak"));

    private static void Load(Bed bed, SyncResult sync) =>
        bed.Machine.Load(sync.Rules, FlushedChains.Of(sync.DeclaredFixedChains, sync.WrittenServicePorts, sync.LeftoverChains));

    private static void Meet(Bed bed, int service, ushort sourcePort) =>
        bed.Run(Hook.Prerouting, Bed.Syn(Bed.Client, Bed.Node, (ushort)(30000 + service), sourcePort)).Result.MustBe(HookResult.Accept);

    private readonly record struct Work(long StateBytes, long SyncBytes, long LoadBytes, int ServicesMade);
}
