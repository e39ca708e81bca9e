using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Compares the rules of two clusters node by node, as sets of lines: the order of a chain's rules is not compared, as their flows are.</summary>
internal static class RuleComparison
{
    public static EquatableArray<RuleDifference> Between(Simulator before, Simulator after)
    {
        var differences = new List<RuleDifference>();
        foreach (string node in before.Cluster.State.Nodes.Keys.Union(after.Cluster.State.Nodes.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            foreach (IpFamily family in new[] { IpFamily.IPv4, IpFamily.IPv6 })
                differences.AddRange(Compare(node, family, before.Cluster.Network.FindNode(node), after.Cluster.Network.FindNode(node)));

        // Nodes of a cluster mostly differ in the same way.
        return differences
            .GroupBy(static difference => difference with { Nodes = [] })
            .Select(static group => group.Key with { Nodes = group.Select(static difference => difference.Nodes[0]).ToEquatableArray() })
            .OrderBy(static difference => difference.Nodes[0], StringComparer.Ordinal).ThenBy(static difference => difference.Family)
            .ThenBy(static difference => difference.Table)
            .ToEquatableArray();
    }

    private static IEnumerable<RuleDifference> Compare(string node, IpFamily family, ClusterNode? before, ClusterNode? after)
    {
        RuleSet left = RulesOf(before, family);
        RuleSet right = RulesOf(after, family);
        foreach (IptablesTable table in left.Tables.Concat(right.Tables).Select(static table => table.Table).Distinct())
        {
            List<string> linesBefore = Lines(left, table);
            List<string> linesAfter = Lines(right, table);
            EquatableArray<string> removed = Without(linesBefore, linesAfter);
            EquatableArray<string> added = Without(linesAfter, linesBefore);
            if (!removed.IsEmpty || !added.IsEmpty)
                yield return new RuleDifference { Nodes = [node], Family = family, Table = table, Removed = removed, Added = added };
        }
    }

    private static RuleSet RulesOf(ClusterNode? node, IpFamily family) => node?.Host.Netfilter.Rules(family) ?? RuleSet.Empty(family);

    /// <summary>The lines of chains and rules, without the table's and the last one.</summary>
    private static List<string> Lines(RuleSet rules, IptablesTable table) => rules[table] is { } found
        ? [.. SaveWriter.Write(found, rules.Family).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line[0] is ':' or '-')]
        : [];

    /// <summary>The lines that the others do not have, or not so often.</summary>
    private static EquatableArray<string> Without(List<string> lines, List<string> others)
    {
        Dictionary<string, int> counts = others.CountBy(static line => line, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var rest = new List<string>();
        foreach (string line in lines)
        {
            int count = counts.GetValueOrDefault(line);
            if (count == 0) rest.Add(line);
            else counts[line] = count - 1;
        }

        return rest.ToEquatableArray();
    }
}
