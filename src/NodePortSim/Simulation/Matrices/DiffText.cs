using System.Globalization;
using System.Text;
using NodePortSim.Iptables;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints differences of clusters for people: outcomes before (<c>-</c>) and after (<c>+</c>) with a trace of each, then rules. Thread-safe.</summary>
public static class DiffText
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="diff">The differences.</param>
    public static string Write(ClusterDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        if (diff.IsEmpty) return "no difference\n";
        var text = new StringBuilder();
        text.Append(Summary(diff)).Append('\n');
        foreach (FlowDifference flow in diff.Flows)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Heading(flow)}\n");
            AppendOutcomes(text, "  - ", flow.Before);
            AppendOutcomes(text, "  + ", flow.After);
            AppendTrace(text, "before", flow.Before);
            AppendTrace(text, "after", flow.After);
        }

        foreach (RuleDifference rules in diff.Rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Heading(rules)}\n");
            AppendLines(text, rules, "  ");
        }

        return text.ToString();
    }

    /// <summary>How much differs, in one sentence.</summary>
    internal static string Summary(ClusterDiff diff)
    {
        int nodes = diff.Rules.SelectMany(static rules => rules.Nodes).Distinct(StringComparer.Ordinal).Count();
        return $"{Count(diff.Flows.Count, "flow fares", "flows fare")} differently; rules differ on {Count(nodes, "node", "nodes")}";
    }

    /// <summary>Who connects to what.</summary>
    internal static string Heading(FlowDifference flow) =>
        $"{FlowText.Service(flow.Key)}  {FlowText.Target(flow.Key)}  from {FlowText.Client(flow.Key, (flow.After ?? flow.Before)!.From)}";

    /// <summary>Which rules.</summary>
    internal static string Heading(RuleDifference rules) =>
        $"{(rules.Family == Net.IpFamily.IPv4 ? "iptables" : "ip6tables")} {rules.Table.Name()} of {string.Join(", ", rules.Nodes)}";

    /// <summary>Rules in the way of a unified diff.</summary>
    internal static void AppendLines(StringBuilder text, RuleDifference rules, string indent)
    {
        foreach (string line in rules.Removed) text.Append(indent).Append("- ").Append(line).Append('\n');
        foreach (string line in rules.Added) text.Append(indent).Append("+ ").Append(line).Append('\n');
    }

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static void AppendOutcomes(StringBuilder text, string sign, FlowSide? side)
    {
        if (side is null) text.Append(sign).Append("no such client\n");
        foreach (ExploredOutcome outcome in side?.Outcomes ?? [])
            text.Append(CultureInfo.InvariantCulture, $"{sign}{outcome.Outcome.LowerName(),-11}  {FlowText.Percent(outcome.Probability),5}  {FlowText.What(outcome)}\n");
    }

    private static void AppendTrace(StringBuilder text, string name, FlowSide? side)
    {
        if (side is null) return;
        string margin = $"    {name,-6}  ";
        foreach (string line in side.Trace.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(margin).Append(line).Append('\n');
            margin = "            ";
        }
    }
}
