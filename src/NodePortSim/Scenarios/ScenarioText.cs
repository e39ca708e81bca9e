using System.Globalization;
using System.Text;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Scenarios;

/// <summary>Prints results of scenarios for people. Thread-safe.</summary>
public static class ScenarioText
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="results">The results.</param>
    public static string Write(IReadOnlyList<ScenarioResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var text = new StringBuilder();
        foreach (ScenarioResult result in results)
        {
            text.Append(result.Passed ? "PASSED  " : "FAILED  ").Append(result.Name).Append('\n');
            foreach (ScenarioStepResult step in result.Steps) Append(text, step);
        }

        int failed = results.Count(static result => !result.Passed);
        if (results.Count > 1) text.Append(CultureInfo.InvariantCulture, $"\n{results.Count - failed} of {results.Count} scenarios passed\n");
        return text.ToString();
    }

    /// <summary>What a step does, in one line.</summary>
    internal static string Title(ScenarioStep step) => step switch
    {
        ConnectStep connect => $"connect {connect.From} > {connect.To}{(connect.Count > 1 ? $", {connect.Count} times" : "")}",
        PatchStep patch => $"patch service {patch.Service}",
        ScaleStep scale => $"scale deployment {scale.Deployment} to {scale.Replicas}",
        ConntrackFlushStep { Node: { } node } => $"conntrackFlush {node}",
        ApplyStep apply => $"apply {string.Join(", ", apply.Files.Select(Path.GetFileName))}",
        DeleteStep delete => $"delete {delete.ObjectKind} {delete.Name}",
        AdvanceStep advance => string.Create(CultureInfo.InvariantCulture, $"advance {advance.Duration.TotalSeconds:0.###}s"),
        ConntrackListStep conntrack => $"conntrack {conntrack.Node}",
        RulesListStep rules => $"rules {rules.Node} {rules.Table.ToString().ToLowerInvariant()} {rules.Chain}".TrimEnd(),
        _ => step.Kind,
    };

    private static void Append(StringBuilder text, ScenarioStepResult step)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {(step.Passed ? "ok    " : "failed")}  [{step.Index}] {Title(step.Step)}\n");
        foreach (string failure in step.Failures) AppendIndented(text, failure);
        if (step.Connections is { } connections && (!step.Passed || step.Step is ConnectStep { Expect: null }))
            foreach (string line in ConnectionSeriesText.Write(connections).Split('\n', StringSplitOptions.RemoveEmptyEntries)) AppendIndented(text, line);
        foreach (string line in step.Trace) AppendIndented(text, line);
        foreach (string line in step.Lines ?? []) AppendIndented(text, line);
    }

    private static void AppendIndented(StringBuilder text, string line) => text.Append(' ', 10).Append(line).Append('\n');
}
