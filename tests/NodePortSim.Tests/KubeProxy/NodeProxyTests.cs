using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Tests.KubeProxy;

/// <summary>Spec kube-proxy-iptables 6: what is kept between syncs.</summary>
public class NodeProxyTests
{
    private static readonly Service Shop = Sample.Service("shop", nodePort: 30080);
    private static readonly Service Bank = Sample.Service("bank", clusterIP: "10.201.0.11");
    private static readonly EndpointSlice ShopSlice = Sample.Slice("shop", Sample.Endpoint("10.44.0.7", "oak"), Sample.Endpoint("10.44.1.7", "elm"));
    private static readonly EndpointSlice BankSlice = Sample.Slice("bank", Sample.Endpoint("10.44.1.9", "elm"));

    [Fact]
    public void A_partial_sync_writes_the_chains_of_changed_services_only()
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());
        proxy.Sync([Shop, Bank], [ShopSlice, BankSlice]).IsFullSync.Should().BeTrue();

        SyncResult sync = proxy.Sync([Shop, Bank], [ShopSlice, Sample.Slice("bank", Sample.Endpoint("10.44.0.9", "oak"))]);

        sync.IsFullSync.Should().BeFalse();
        string bank = ChainNames.Of(new ServicePortName(ObjectKey.Parse("default/bank"), "web", Protocol.Tcp)).Cluster;
        string[] own = [.. sync.Restore.Tables[1].DeclaredChains.Where(static name => name.StartsWith("KUBE-S", StringComparison.Ordinal) && name != ChainNames.Services)];
        own.Should().HaveCount(3, "bank's dispatch chain, its new endpoint's and its old endpoint's").And.StartWith(bank);
        sync.Restore.Tables[1].Commands.OfType<DeleteChain>().Select(static d => d.Chain).Should().Equal(own[2]);
    }

    [Fact]
    public void Objects_read_anew_but_equal_change_nothing()
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());
        proxy.Sync([Shop], [ShopSlice]);

        SyncResult sync = proxy.Sync([Shop with { Metadata = Shop.Metadata with { Annotations = [new("a", "b")] } }], [ShopSlice with { }]);

        sync.Restore.Tables[1].DeclaredChains.Should().Equal("KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ");
    }

    [Fact]
    public void A_change_of_the_nodes_labels_makes_a_full_sync_but_not_of_others_than_topology_in_newer_levels()
    {
        foreach ((string level, bool full) in (List<(string, bool)>)[("1.31", true), ("1.36", false)])
        {
            var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(level), Sample.Node());
            proxy.Sync([Shop], [ShopSlice]);
            proxy.Sync([Shop], [ShopSlice], proxy.Node with { Labels = [new("team", "red")] }).IsFullSync.Should().Be(full);
            proxy.Sync([Shop], [ShopSlice], proxy.Node with { Labels = [new(Node.ZoneLabel, "a")] }).IsFullSync.Should().BeTrue();
        }
    }

    [Fact]
    public void After_a_failed_restore_the_next_sync_is_full()
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());
        proxy.Sync([Shop], [ShopSlice]);
        proxy.RequireFullSync();

        proxy.Sync([Shop], [ShopSlice]).IsFullSync.Should().BeTrue();
        proxy.Sync([Shop], [ShopSlice]).IsFullSync.Should().BeFalse();
    }

    [Fact]
    public void Nodes_that_need_the_same_rules_hold_the_same_objects()
    {
        ProxyState state = ProxyState.Create([Shop, Bank], [ShopSlice, BankSlice]);
        RuleSet oak = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("oak")).Sync(state).Rules;
        RuleSet elm = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("elm", "192.168.70.12")).Sync(state).Rules;

        elm.Should().BeSameAs(oak);
    }

    [Fact]
    public void Nodes_whose_rules_differ_share_the_chains_that_do_not()
    {
        Service local = Shop with { Spec = Shop.Spec with { ExternalTrafficPolicy = TrafficPolicy.Local } };
        ProxyState state = ProxyState.Create([local, Bank], [ShopSlice, BankSlice]);
        RuleSet oak = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("oak")).Sync(state).Rules;
        RuleSet elm = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node("elm", "192.168.70.12")).Sync(state).Rules;

        SaveWriter.Write(elm).Should().NotBe(SaveWriter.Write(oak));
        foreach (Chain chain in oak[IptablesTable.Nat]!.Chains)
        {
            if (!chain.Name.StartsWith("KUBE-SEP-", StringComparison.Ordinal)) continue;
            elm[IptablesTable.Nat]!.TryGetChain(chain.Name, out Chain? other).Should().BeTrue();
            other.Should().BeSameAs(chain);
        }
    }

    [Fact]
    public void A_changed_endpoint_leaves_all_other_chains_the_same_objects()
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());
        RuleSet before = proxy.Sync([Shop, Bank], [ShopSlice, BankSlice]).Rules;
        EndpointSlice changed = Sample.Slice("shop", Sample.Endpoint("10.44.0.7", "oak"), Sample.Endpoint("10.44.1.8", "elm"));

        RuleSet after = proxy.Sync([Shop, Bank], [changed, BankSlice]).Rules;

        string[] rewritten = [.. after[IptablesTable.Nat]!.Chains
            .Where(chain => chain.Name.StartsWith("KUBE-S", StringComparison.Ordinal) && chain.Name != ChainNames.Services)
            .Where(chain => !(before[IptablesTable.Nat]!.TryGetChain(chain.Name, out Chain? old) && ReferenceEquals(old, chain)))
            .Select(static chain => chain.Name)];
        var shop = new ServicePortName(ObjectKey.Parse("default/shop"), "web", Protocol.Tcp);
        rewritten.Should().BeEquivalentTo([ChainNames.Of(shop).Cluster, ChainNames.OfEndpoint(shop, "10.44.1.8:8080")]);
    }

    [Fact]
    public void More_than_1000_endpoints_drop_comments_of_chains_that_are_written_from_then_on()
    {
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node());
        EndpointSlice many = Sample.Slice("shop", [.. Enumerable.Range(0, 1000).Select(static i => Sample.Endpoint(IpAddr.Parse("10.44.8.0").Add((ulong)i).ToString()))]);
        RuleSet small = proxy.Sync([Shop, Bank], [many]).Rules;
        Sample.Rules(small, IptablesTable.Nat, "KUBE-SEP").Should().Contain("default/shop:web");

        RuleSet large = proxy.Sync([Shop, Bank], [many, BankSlice]).Rules;

        Sample.Rules(large, IptablesTable.Nat, "KUBE-SEP").Should().Contain("default/shop:web", "shop's chains were not written again").And.NotContain("default/bank:web");
        proxy.RequireFullSync();
        RuleSet full = proxy.Sync([Shop, Bank], [many, BankSlice]).Rules;
        Sample.Rules(full, IptablesTable.Nat, "KUBE-SEP", "KUBE-SVC").Should().NotContain("->").And.Contain("cluster IP");
        Sample.Rules(full, IptablesTable.Nat, "KUBE-SEP").Should().NotContain("comment");
    }

    [Fact]
    public void In_a_large_cluster_stale_chains_are_removed_once_in_a_sync_period()
    {
        var time = new ManualTime();
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node(), time);
        EndpointSlice many = Sample.Slice("shop", [.. Enumerable.Range(0, 1001).Select(static i => Sample.Endpoint(IpAddr.Parse("10.44.8.0").Add((ulong)i).ToString()))]);
        proxy.Sync([Shop, Bank], [many, BankSlice]);
        string bank = ChainNames.Of(new ServicePortName(ObjectKey.Parse("default/bank"), "web", Protocol.Tcp)).Cluster;

        time.Now += TimeSpan.FromSeconds(10);
        proxy.Sync([Shop], [many]).Rules[IptablesTable.Nat]!.TryGetChain(bank, out _).Should().BeTrue();
        time.Now += TimeSpan.FromSeconds(30);
        proxy.Sync([Shop], [many]).Rules[IptablesTable.Nat]!.TryGetChain(bank, out _).Should().BeFalse();
    }

    [Fact]
    public void Newer_levels_sync_fully_every_hour()
    {
        var time = new ManualTime();
        var proxy = new NodeProxy(IpFamily.IPv4, Sample.Options("1.34"), Sample.Node(), time);
        proxy.Sync([Shop], [ShopSlice]);
        time.Now += TimeSpan.FromMinutes(59);
        proxy.Sync([Shop], [ShopSlice]).IsFullSync.Should().BeFalse();
        time.Now += TimeSpan.FromMinutes(2);
        proxy.Sync([Shop], [ShopSlice]).IsFullSync.Should().BeTrue();
    }

    [Fact]
    public void A_state_of_another_level_is_refused()
    {
        Action sync = () => new NodeProxy(IpFamily.IPv4, Sample.Options("1.30"), Sample.Node()).Sync(ProxyState.Create([Shop], [ShopSlice]));

        sync.Should().Throw<ArgumentException>().WithMessage("the state is of level 1.31, not 1.30*");
    }

    [Fact]
    public void Before_its_first_sync_a_node_has_no_rules() =>
        SaveWriter.Write(new NodeProxy(IpFamily.IPv4, Sample.Options(), Sample.Node()).Rules).Should().BeEmpty();

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
