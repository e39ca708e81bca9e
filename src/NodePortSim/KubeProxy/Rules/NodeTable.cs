using System.Diagnostics.CodeAnalysis;
using NodePortSim.Collections;
using NodePortSim.Iptables;

namespace NodePortSim.KubeProxy.Rules;

/// <summary>The chains of filter or nat on one node, made when they are asked for. Immutable as seen from outside; thread-safe.</summary>
internal sealed class NodeTable(NodeRules rules, IptablesTable table, EntryChain[] entryChains) : GeneratedChains
{
    private int _count;

    public override int Count
    {
        get
        {
            if (_count != 0) return _count;
            int count = Standing.Count + entryChains.Length;
            if (table == IptablesTable.Nat) count += rules.Leftover.Count + rules.Services.InOrder.Sum(static service => service.ChainCount);
            return _count = count;
        }
    }

    public override IEnumerable<Chain> StandingChains => Standing.Values;

    public override IEnumerable<string> AccountingObjects =>
        table == IptablesTable.Nat && rules.Common.Context.CountsLocalhostNodePorts && rules.Common.HasNodePorts ? [RuleParts.LocalhostNodePortsAccount] : [];

    public override IEnumerable<Chain> Chains
    {
        get
        {
            foreach (Chain chain in Standing.Values) yield return chain;
            foreach (EntryChain chain in entryChains) yield return chain.Chain;
            if (table != IptablesTable.Nat) yield break;
            foreach (Chain chain in rules.Leftover.Values) yield return chain;
            ServicePortRules[] services = [.. rules.Services.InOrder];
            Batches.Run(services.Length, i => _ = services[i].Chains);
            foreach (ServicePortRules service in services)
                foreach (Chain chain in service.Chains) yield return chain;
        }
    }

    private IReadOnlyDictionary<string, Chain> Standing => rules.Around.StandingChains(table);

    public override Chain? Find(string name) => Find(name, null);

    public override Chain? Find(string name, object? place)
    {
        if (Standing.TryGetValue(name, out Chain? standing)) return standing;
        if (EntryChainOf(name) is { } entry) return entry.Chain;
        if (table != IptablesTable.Nat) return null;
        if (place is ServicePortName known && rules.Services[known]?.Find(name) is { } found) return found;
        if (rules.Leftover.TryGetValue(name, out Chain? leftover)) return leftover;
        return place is null ? rules.ServiceOf(name)?.Find(name) : null;
    }

    public override bool TryCompare(GeneratedChains before, [NotNullWhen(true)] out IReadOnlyCollection<object>? owners)
    {
        owners = null;
        if (before is not NodeTable old) return false;
        if (table != IptablesTable.Nat)
        {
            owners = [];
            return true;
        }

        List<object> differ = [.. ServiceRules.Changes(old.Services, rules.Services).Select(static change => change.Key)];
        foreach (Chain chain in old.Leftover.Values)
            if (chain.Owner is { } owner && !rules.Leftover.ContainsKey(chain.Name)) differ.Add(owner);
        owners = differ;
        return true;
    }

    public override bool IsSame(GeneratedChains before, string name)
    {
        var old = (NodeTable)before;
        if (Standing.TryGetValue(name, out Chain? standing)) return ReferenceEquals(standing, old.Standing.GetValueOrDefault(name));
        return EntryChainOf(name) is { } entry && ReferenceEquals(entry, old.EntryChainOf(name));
    }

    private ServiceRules Services => rules.Services;

    private IReadOnlyDictionary<string, Chain> Leftover => rules.Leftover;

    private EntryChain? EntryChainOf(string name)
    {
        foreach (EntryChain chain in entryChains)
            if (string.Equals(chain.Name, name, StringComparison.Ordinal)) return chain;
        return null;
    }
}
