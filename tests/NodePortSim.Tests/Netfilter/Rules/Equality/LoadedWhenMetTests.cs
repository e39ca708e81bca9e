using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Tests.KubeProxy;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Chains that are made and loaded when their first packet comes show in nothing: not in verdicts, counters, lists or conntrack.</summary>
public class LoadedWhenMetTests
{
    private const ulong BaseSeed = 5000;
    private const int Clusters = 600, Syncs = 5, PacketsPerSync = 6;

    [Fact]
    public void Chains_loaded_when_they_are_met_behave_and_count_as_those_loaded_at_once_sync_after_sync()
    {
        for (ulong seed = BaseSeed; seed < BaseSeed + Clusters; seed++)
        {
            var random = new RandomSource(seed);
            var cluster = new RandomCluster(random);
            cluster.Change(12);
            KubeProxyLevel level = KubeProxyLevel.All[(int)(seed % (ulong)KubeProxyLevel.All.Count)];
            var time = new VirtualTimeProvider();
            var proxy = new NodeProxy(IpFamily.IPv4, cluster.Options(level), RandomCluster.NodeInfos[0], time);
            var machines = new MachinePair(seed, RuleSet.Empty(IpFamily.IPv4));
            var packets = new RandomPackets(random);
            for (int step = 0; step < Syncs; step++)
            {
                if (random.NextBelow(6) == 0) proxy.RequireFullSync();
                SyncResult sync = proxy.Sync([.. cluster.Services.Values], [.. cluster.Slices.Values]);
                machines.Load(
                    (Given(sync.Rules), FlushedChains.Of(sync.DeclaredChains)),
                    (sync.Rules, FlushedChains.Of(sync.DeclaredFixedChains, sync.WrittenServicePorts, sync.LeftoverChains)));
                for (int number = 0; number < PacketsPerSync; number++)
                {
                    string? difference = machines.Pass(packets.Next(), packets.Path(), random.NextBelow(4) == 0 ? 3 : 2, out Packet left);
                    if (difference is not null) Assert.Fail($"seed {seed}, sync {step}, packet {number}: {difference}");
                    packets.Saw(left);
                }

                cluster.Change(2);
            }
        }
    }

    /// <summary>The same rules as somebody else would give them: all chains made.</summary>
    private static RuleSet Given(RuleSet rules)
    {
        RuleSet given = RuleSet.Empty(rules.Family);
        foreach (TableRules table in rules.Tables) given = given.With(new TableRules(table.Table, table.Chains));
        return given;
    }
}
