using System.Globalization;
using System.Text;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints differences of clusters as GitHub's Markdown: for the comment on a pull request. Thread-safe.</summary>
public static class DiffMarkdown
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="diff">The differences.</param>
    public static string Write(ClusterDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        if (diff.IsEmpty) return "No difference.\n";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**{DiffText.Summary(diff)}**\n");
        if (!diff.Flows.IsEmpty) text.Append("\n| service port | target | client | before | after |\n|---|---|---|---|---|\n");
        foreach (FlowDifference flow in diff.Flows) AppendRow(text, flow);
        foreach (FlowDifference flow in diff.Flows)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n<details><summary>{DiffText.Heading(flow)}</summary>\n\n```text\n");
            if (flow.Before is { } before) text.Append("before\n").Append(before.Trace);
            if (flow.After is { } after) text.Append("after\n").Append(after.Trace);
            text.Append("```\n\n</details>\n");
        }

        foreach (RuleDifference rules in diff.Rules)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n<details><summary>{DiffText.Heading(rules)}</summary>\n\n```diff\n");
            DiffText.AppendLines(text, rules, "");
            text.Append("```\n\n</details>\n");
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, FlowDifference flow)
    {
        string client = FlowText.Client(flow.Key, (flow.After ?? flow.Before)!.From);
        string[] cells = [FlowText.Service(flow.Key), FlowText.Target(flow.Key), client];
        text.Append("| ").AppendJoin(" | ", cells.Select(MatrixMarkdown.Cell)).Append(" | ").Append(Side(flow.Before)).Append(" | ").Append(Side(flow.After)).Append(" |\n");
    }

    private static string Side(FlowSide? side) => side is null ? "no such client" : string.Join("<br>", side.Outcomes.Select(Line));

    private static string Line(ExploredOutcome outcome) =>
        MatrixMarkdown.Cell($"{outcome.Outcome.LowerName()} {FlowText.Percent(outcome.Probability)}: {FlowText.What(outcome)}");
}
