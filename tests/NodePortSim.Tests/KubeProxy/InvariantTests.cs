using FsCheck;
using FsCheck.Fluent;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>What holds for the rules of every cluster, tried on random ones; a failure tells the seed of its cluster.</summary>
public class InvariantTests
{
    private const int Clusters = 1200;

    [Fact]
    public void Every_jump_leads_to_a_chain_and_every_service_chain_is_reached() => ForRandomClusters((cluster, level) =>
    {
        foreach (NodeInfo node in RandomCluster.NodeInfos)
            Check(new NodeProxy(IpFamily.IPv4, cluster.Options(level), node).Sync(cluster.Services.Values, cluster.Slices.Values).Rules);
    });

    [Fact]
    public void Rules_changed_step_by_step_are_those_of_one_go() => ForRandomClusters((cluster, level) =>
    {
        KubeProxyOptions options = cluster.Options(level);
        NodeProxy[] proxies = [.. RandomCluster.NodeInfos.Select(node => new NodeProxy(IpFamily.IPv4, options, node))];
        ProxyState? state = null;
        for (int step = 0; step < 4; step++)
        {
            state = ProxyState.Create(cluster.Services.Values, cluster.Slices.Values, level, state);
            foreach (NodeProxy proxy in proxies)
            {
                RuleSet before = proxy.Rules;
                SyncResult sync = proxy.Sync(state);
                sync.IsFullSync.Should().Be(step == 0 || !level.SyncsPartially);
                string inOneGo = SaveWriter.Write(new NodeProxy(IpFamily.IPv4, options, proxy.Node).Sync(cluster.Services.Values, cluster.Slices.Values).Rules);
                SaveWriter.Write(sync.Rules).Should().Be(inOneGo);
                sync.DeclaredChains.Should().Equal(sync.Restore.Tables.SelectMany(static table => table.DeclaredChains, static (table, chain) => (table.Table, chain)));
                if (step > 0) SaveWriter.Write(before.Apply(sync.Restore).Rules).Should().Be(inOneGo, "the text leads from the rules before to those after");
            }

            cluster.Change(3);
        }
    });

    [Fact]
    public void Printed_rules_that_are_read_print_the_same_text() => ForRandomClusters((cluster, level) =>
    {
        var proxy = new NodeProxy(IpFamily.IPv4, cluster.Options(level), RandomCluster.NodeInfos[0]);
        string text = SaveWriter.Write(proxy.Sync(cluster.Services.Values, cluster.Slices.Values).Rules);

        SaveWriter.Write(SaveReader.Read(text, IpFamily.IPv4, "printed").Rules).Should().Be(text);
    });

    [Fact]
    public void Nothing_is_left_of_deleted_services() => ForRandomClusters((cluster, level) =>
    {
        KubeProxyOptions options = cluster.Options(level);
        var proxy = new NodeProxy(IpFamily.IPv4, options, RandomCluster.NodeInfos[0]);
        string empty = SaveWriter.Write(new NodeProxy(IpFamily.IPv4, options, RandomCluster.NodeInfos[0]).Sync([], []).Rules);
        proxy.Sync(cluster.Services.Values, cluster.Slices.Values);

        SaveWriter.Write(proxy.Sync([], cluster.Slices.Values).Rules).Should().Be(empty);
    });

    [Fact]
    public void Every_rule_and_every_chain_has_an_origin() => ForRandomClusters((cluster, level) =>
    {
        var proxy = new NodeProxy(IpFamily.IPv4, cluster.Options(level), RandomCluster.NodeInfos[0]);
        proxy.Sync(cluster.Services.Values, cluster.Slices.Values);
        if (!level.OwnsFirewallChain) return;
        foreach (TableRules table in proxy.Rules.Tables)
        {
            foreach (Chain chain in table.Chains)
            {
                if (!chain.IsBuiltIn) proxy.OriginOf(table.Table, chain.Name).Should().NotBeNull("{0} is kube-proxy's", chain.Name);
                foreach (Rule rule in chain.Rules)
                {
                    RuleOrigin? origin = proxy.OriginOf(table.Table, chain.Name, rule);
                    origin.Should().NotBeNull("{0} is kube-proxy's", SaveWriter.Write(rule, IpFamily.IPv4));
                    (origin!.ServicePort is not null).Should().Be(SaveWriter.Write(rule, IpFamily.IPv4).Contains("default/svc", StringComparison.Ordinal)
                        || proxy.OriginOf(table.Table, chain.Name)?.ServicePort is not null);
                }
            }
        }
    });

    private static void Check(RuleSet rules)
    {
        foreach (TableRules table in rules.Tables)
        {
            HashSet<string> jumpedTo = [];
            foreach (Chain chain in table.Chains)
            {
                foreach (Rule rule in chain.Rules)
                {
                    if (rule.Target is not JumpTarget jump) continue;
                    jumpedTo.Add(jump.Chain);
                    table.TryGetChain(jump.Chain, out _).Should().BeTrue("{0} jumps to {1}", chain.Name, jump.Chain);
                }
            }

            foreach (Chain chain in table.Chains)
            {
                // Written whether or not anything is marked: the canary by design, the marking chains by the fixed text.
                if (chain.IsBuiltIn || chain.Name is ChainNames.Canary or ChainNames.MarkMasquerade or ChainNames.MarkDrop or ChainNames.NodePorts) continue;
                jumpedTo.Should().Contain(chain.Name);
            }
        }
    }

    private static void ForRandomClusters(Action<RandomCluster, KubeProxyLevel> check) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var cluster = new RandomCluster(new RandomSource((ulong)seed));
            cluster.Change(20);
            check(cluster, KubeProxyLevel.All[seed % KubeProxyLevel.All.Count]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Clusters));
}
