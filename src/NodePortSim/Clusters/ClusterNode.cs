using NodePortSim.Iptables;
using NodePortSim.KubeProxy;
using NodePortSim.Net;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Network;

namespace NodePortSim.Clusters;

/// <summary>A node as it runs: its host, and its kube-proxy of each family.</summary>
internal sealed class ClusterNode
{
    private readonly NodeProxy _ipv4;
    private readonly NodeProxy _ipv6;
    private readonly HashSet<IpFamily> _hasForeignRules = [];

    public ClusterNode(Host host, NodeInfo info, KubeProxyOptions options)
    {
        Host = host;
        Info = info;
        _ipv4 = new NodeProxy(IpFamily.IPv4, options, info, host.Fabric.Time);
        _ipv6 = new NodeProxy(IpFamily.IPv6, options, info, host.Fabric.Time);
    }

    public Host Host { get; }

    public NodeInfo Info { get; private set; }

    public NodeProxy Proxy(IpFamily family) => family == IpFamily.IPv4 ? _ipv4 : _ipv6;

    /// <summary>The last sync of a family.</summary>
    public SyncResult? LastSync(IpFamily family) => family == IpFamily.IPv4 ? LastSyncIPv4 : LastSyncIPv6;

    /// <summary>Applies an administrator's restore text; from now on kube-proxy's own are applied to what stands there, too.</summary>
    public void Restore(RestoreInput input, bool noflush)
    {
        Host.Netfilter.Load(Host.Netfilter.Rules(input.Family).Apply(input, noflush));
        NoteForeignRules(input.Family);
    }

    /// <summary>Takes over the rules of a node of the same name that had rules of an administrator.</summary>
    public void TakeOverRules(ClusterNode former)
    {
        foreach (IpFamily family in former._hasForeignRules)
        {
            Host.Netfilter.Load(former.Host.Netfilter.Rules(family));
            _hasForeignRules.Add(family);
        }

        ForeignChanges = former.ForeignChanges;
    }

    /// <summary>Replaces a chain by an administrator's hand.</summary>
    public void Replace(IpFamily family, IptablesTable table, Chain chain)
    {
        RuleSet rules = Host.Netfilter.Rules(family);
        TableRules changed = new(table, [.. rules[table]!.Chains.Where(old => old.Name != chain.Name), chain]);
        Host.Netfilter.Load(rules.With(changed), FlushedChains.Of([(table, chain.Name)]));
        NoteForeignRules(family);
    }

    /// <summary>How often an administrator changed rules here.</summary>
    public int ForeignChanges { get; private set; }

    private void NoteForeignRules(IpFamily family)
    {
        _hasForeignRules.Add(family);
        ForeignChanges++;
    }

    private SyncResult? LastSyncIPv4 { get; set; }

    private SyncResult? LastSyncIPv6 { get; set; }

    /// <summary>Lets both kube-proxies follow the cluster, their rules take force, and stale flows end.</summary>
    public void Sync(ProxyState state, NodeInfo info)
    {
        Info = info;
        LastSyncIPv4 = Sync(_ipv4, state);
        LastSyncIPv6 = Sync(_ipv6, state);
    }

    private SyncResult Sync(NodeProxy proxy, ProxyState state)
    {
        SyncResult result = proxy.Sync(state, Info);
        if (_hasForeignRules.Contains(proxy.Family))
        {
            if (!TryRestore(proxy, result)) return result;
        }
        else
        {
            Host.Netfilter.Load(result.Rules, FlushedChains.Of(result.DeclaredFixedChains, result.WrittenServicePorts, result.LeftoverChains));
        }

        foreach (StaleFlowFilter stale in result.StaleFlows) Host.Netfilter.Conntrack.Delete(entry => stale.Matches(entry.Original, entry.Reply));
        return result;
    }

    /// <summary>
    /// An administrator's rule may keep a chain in use that kube-proxy deletes: then the table is refused and stays as it was, flows are not ended,
    /// and the next sync is a full one that deletes it again (spec kube-proxy-iptables 6).
    /// </summary>
    private bool TryRestore(NodeProxy proxy, SyncResult sync)
    {
        try
        {
            Host.Netfilter.Load(Host.Netfilter.Rules(proxy.Family).Apply(sync.Restore));
            return true;
        }
        catch (RestoreException refused)
        {
            if (refused.Applied is { } applied) Host.Netfilter.Load(applied);
            proxy.RestoreFailed();
            return false;
        }
    }
}
