using NodePortSim.Collections;
using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>All that is in place on a node after a sync. Immutable; thread-safe.</summary>
internal sealed class NodeRules
{
    private static readonly Dictionary<string, Chain> NoChains = [];

    private readonly EntryChain[] _filter, _nat;
    private RuleSet? _ruleSet;

    /// <summary>The rules of a node that has nothing of its own.</summary>
    public NodeRules(CommonRules common, FixedChains around)
        : this(common, around, new ServiceRules(common.Services, PersistentMap<ServicePortName, ServicePortRules>.Empty), NoChains, null, null)
    {
    }

    private NodeRules(
        CommonRules common,
        FixedChains around,
        ServiceRules services,
        IReadOnlyDictionary<string, Chain> leftover,
        NodeRules? shared,
        NodeRules? before)
    {
        Common = common;
        Around = around;
        Services = services;
        Leftover = leftover;
        List<MapChange<ServicePortName, ServicePortRules>>? changes = before is null || before.Around != around ? null : ServiceRules.Changes(before.Services, services);
        _filter = EntryChains(IptablesTable.Filter, shared, before, changes);
        _nat = EntryChains(IptablesTable.Nat, shared, before, changes);
    }

    public CommonRules Common { get; }

    public FixedChains Around { get; }

    public ServiceRules Services { get; }

    /// <summary>Chains that nothing refers to any more, but that are not deleted yet.</summary>
    public IReadOnlyDictionary<string, Chain> Leftover { get; }

    /// <summary>The rules as tables.</summary>
    public RuleSet RuleSet
    {
        get
        {
            if (Volatile.Read(ref _ruleSet) is { } known) return known;
            RuleSet made = RuleSet.Empty(Common.Context.Family)
                .With(Around.Mangle)
                .With(new TableRules(IptablesTable.Filter, new NodeTable(this, IptablesTable.Filter, _filter)))
                .With(new TableRules(IptablesTable.Nat, new NodeTable(this, IptablesTable.Nat, _nat)));
            return Interlocked.CompareExchange(ref _ruleSet, made, null) ?? made;
        }
    }

    /// <summary>The rules of the service port that a chain's name belongs to, or null.</summary>
    public ServicePortRules? ServiceOf(string chain) =>
        chain.StartsWith("KUBE-", StringComparison.Ordinal) && Common.State.ChainIndex[chain] is { } port ? Services[port] : null;

    /// <summary>The rules of one node, shared with all that have the same.</summary>
    /// <param name="common">What nodes have in common.</param>
    /// <param name="around">The chains beside services'.</param>
    /// <param name="own">The node's own rules of service ports.</param>
    /// <param name="leftover">Its chains that nothing refers to any more.</param>
    /// <param name="before">What it had before, or null.</param>
    public static NodeRules Of(
        CommonRules common,
        FixedChains around,
        PersistentMap<ServicePortName, ServicePortRules> own,
        IReadOnlyDictionary<string, Chain> leftover,
        NodeRules? before)
    {
        NodeRules shared = common.For(around);
        if (own.Count == 0 && leftover.Count == 0) return shared;
        bool isSame = before is not null && before.Common == common && before.Around == shared.Around && before.Services.Own == own
            && before.Leftover.Count == leftover.Count && leftover.All(chain => before.Leftover.GetValueOrDefault(chain.Key) == chain.Value);
        return isSame ? before! : new NodeRules(common, shared.Around, new ServiceRules(common.Services, own), leftover, shared, before);
    }

    /// <summary>These rules of a node that has nothing of its own, after a change of the common ones.</summary>
    public NodeRules After(CommonRules common) =>
        new(common, Around, new ServiceRules(common.Services, PersistentMap<ServicePortName, ServicePortRules>.Empty), NoChains, null, this);

    private EntryChain[] EntryChains(
        IptablesTable table, NodeRules? shared, NodeRules? before, List<MapChange<ServicePortName, ServicePortRules>>? changes)
    {
        string[] names = [.. Around.EntryChains(table)];
        var chains = new EntryChain[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (shared is not null && HasNoEntriesOfItsOwn(table, names[i])) chains[i] = shared.EntryChainsOf(table)[i];
            else if (changes is not null && changes.TrueForAll(change => KeepsEntries(change, table, names[i])))
                chains[i] = before!.EntryChainsOf(table)[i].KeptIn(Around, Services);
            else chains[i] = EntryChain.Of(table, names[i], Around, Services);
        }

        return chains;
    }

    private EntryChain[] EntryChainsOf(IptablesTable table) => table == IptablesTable.Nat ? _nat : _filter;

    private bool HasNoEntriesOfItsOwn(IptablesTable table, string chain)
    {
        foreach (ServicePortRules own in Services.Own.Values)
            if (!own.HasSameEntries(Common.Services[own.Port.Name]!, table, chain)) return false;
        return true;
    }

    private static bool KeepsEntries(MapChange<ServicePortName, ServicePortRules> change, IptablesTable table, string chain) => change switch
    {
        { Before: { } before, Now: { } now } => before.HasSameEntries(now, table, chain),
        _ => !Array.Exists((change.Before ?? change.Now)!.Entries(table), entry => entry.Chain == chain),
    };
}
