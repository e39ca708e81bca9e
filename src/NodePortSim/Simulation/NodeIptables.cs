using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Simulation;

/// <summary>A node's rules, as iptables and ip6tables show them. Not thread-safe.</summary>
public sealed class NodeIptables
{
    private readonly ClusterNode _node;

    internal NodeIptables(ClusterNode node) => _node = node;

    /// <summary>The rules in force.</summary>
    /// <param name="family">The family.</param>
    public RuleSet Rules(IpFamily family = IpFamily.IPv4) => _node.Host.Netfilter.Rules(family);

    /// <summary>One table as <c>iptables-save -t table</c> prints it, without comment lines.</summary>
    /// <param name="table">The table.</param>
    /// <param name="family">The family.</param>
    /// <param name="counters">Whether to print counters, as <c>-c</c> does.</param>
    /// <exception cref="ArgumentException">The node has no such table.</exception>
    public string Save(IptablesTable table, IpFamily family = IpFamily.IPv4, bool counters = false) =>
        SaveWriter.Write(Table(table, family), family, counters ? _node.Host.Netfilter.Counters(family) : null);

    /// <summary>A table, or one chain of it, as <c>iptables -t table -S [chain]</c> prints it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain; null for all.</param>
    /// <param name="family">The family.</param>
    /// <param name="counters">Whether to print counters, as <c>-v</c> does.</param>
    /// <exception cref="ArgumentException">The node has no such table.</exception>
    /// <exception cref="IptablesException">The table has no such chain.</exception>
    public string Spec(IptablesTable table, string? chain = null, IpFamily family = IpFamily.IPv4, bool counters = false)
    {
        IRuleCounters? values = counters ? _node.Host.Netfilter.Counters(family) : null;
        return chain is null
            ? SpecWriter.Write(Table(table, family), family, values)
            : SpecWriter.WriteChain(Table(table, family), chain, family, values);
    }

    /// <summary>A table, or one chain of it, as <c>iptables -t table -L [chain] -v -n</c> prints it, with the counters.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain; null for all.</param>
    /// <param name="family">The family.</param>
    /// <exception cref="ArgumentException">The node has no such table.</exception>
    /// <exception cref="IptablesException">The table has no such chain.</exception>
    public string List(IptablesTable table, string? chain = null, IpFamily family = IpFamily.IPv4) =>
        chain is null
            ? ListWriter.Write(Table(table, family), family, _node.Host.Netfilter.Counters(family))
            : ListWriter.WriteChain(Table(table, family), chain, family, _node.Host.Netfilter.Counters(family));

    /// <summary>What kube-proxy handed to <c>iptables-restore</c> at its last sync; "" before the first.</summary>
    /// <param name="family">The family.</param>
    public string LastRestoreInput(IpFamily family = IpFamily.IPv4) =>
        _node.LastSync(family) is { } sync ? RestoreWriter.Write(sync.Restore) : "";

    /// <summary>Adds rules of an administrator's or another program's own, as <c>iptables-restore --noflush</c> does.</summary>
    /// <param name="text">The text: <c>*table</c>, chains to declare (and so to empty), <c>-A</c> and <c>-I</c> lines, <c>COMMIT</c>.</param>
    /// <param name="family">The family.</param>
    /// <remarks>As on a real node, kube-proxy leaves them in place, but for chains of the names that it uses.</remarks>
    /// <exception cref="IptablesTextException">The text has errors; nothing has changed.</exception>
    /// <exception cref="RestoreException">The text names what there is not.</exception>
    public void Restore(string text, IpFamily family = IpFamily.IPv4) => _node.Restore(RestoreReader.Read(text, family), noflush: true);

    /// <summary>Deletes a rule, as <c>iptables -t table -D chain number</c> does.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="number">The rule's place in the chain, from 1.</param>
    /// <param name="family">The family.</param>
    /// <remarks>As on a real node, a rule of kube-proxy's own comes back when it writes the chain again. The counters of the chain's other rules start anew.</remarks>
    /// <exception cref="ArgumentException">The node has no such table, or the table no such chain.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The chain has no such rule.</exception>
    public void Delete(IptablesTable table, string chain, int number, IpFamily family = IpFamily.IPv4)
    {
        Chain found = FindChain(table, chain, family);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, found.Rules.Count);
        _node.Replace(family, table, found with { Rules = found.Rules.Where((_, index) => index != number - 1).ToEquatableArray() });
    }

    /// <summary>Sets the policy of a built-in chain, as <c>iptables -t table -P chain policy</c> does.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="family">The family.</param>
    /// <exception cref="ArgumentException">The node has no such table, or the table no such built-in chain.</exception>
    public void SetPolicy(IptablesTable table, string chain, ChainPolicy policy, IpFamily family = IpFamily.IPv4)
    {
        Chain found = FindChain(table, chain, family);
        if (!found.IsBuiltIn) throw new ArgumentException($"chain \"{chain}\" is not built in", nameof(chain));
        _node.Replace(family, table, found with { Policy = policy });
    }

    /// <summary>Sets counters to zero, as <c>iptables -t table -Z [chain]</c> does.</summary>
    /// <param name="table">The table; null for all.</param>
    /// <param name="chain">The chain; null for all.</param>
    /// <param name="family">The family.</param>
    public void Zero(IptablesTable? table = null, string? chain = null, IpFamily family = IpFamily.IPv4) =>
        _node.Host.Netfilter.Counters(family).Zero(table, chain);

    private Chain FindChain(IptablesTable table, string chain, IpFamily family) => Table(table, family).TryGetChain(chain, out Chain? found)
        ? found
        : throw new ArgumentException($"table \"{table.Name()}\" has no chain \"{chain}\"", nameof(chain));

    private TableRules Table(IptablesTable table, IpFamily family) => Rules(family)[table]
        ?? throw new ArgumentException($"node has no table \"{table.Name()}\"", nameof(table));
}
