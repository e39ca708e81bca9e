using System.Globalization;
using System.Text;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints matrices as tables of GitHub's Markdown, one for each service port. Thread-safe.</summary>
public static class MatrixMarkdown
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="matrix">The matrix.</param>
    public static string Write(ReachabilityMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var text = new StringBuilder();
        foreach (IGrouping<string, MatrixFlow> group in matrix.Flows.GroupBy(static flow => FlowText.Service(flow.Key)))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"### {group.Key}\n\n| target | client | outcome | backend, or why not | source address seen |\n|---|---|---|---|---|\n");
            foreach (MatrixFlow flow in group)
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(FlowText.Target(flow.Key))} | {Cell(FlowText.Client(flow.Key, flow.From))} | {Outcomes(flow)} | {Whats(flow)} | {Peers(flow)} |\n");
        }

        return text.Length > 0 ? text.ToString() : "No service port that kube-proxy serves, or no client.\n";
    }

    /// <summary>A text within a table: without line breaks, its bars escaped.</summary>
    internal static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Outcomes(MatrixFlow flow) => string.Join("<br>", flow.Outcomes.Select(static outcome => $"{outcome.Outcome.LowerName()} {FlowText.Percent(outcome.Probability)}"));

    private static string Whats(MatrixFlow flow) => string.Join("<br>", flow.Outcomes.Select(static outcome => Cell(What(outcome))));

    private static string What(ExploredOutcome outcome) => outcome.Outcome == Outcome.Connected ? FlowText.Server(outcome) : FlowText.What(outcome);

    private static string Peers(MatrixFlow flow) => string.Join("<br>", flow.Outcomes.Select(static outcome => outcome.PeerAddress is null ? "" : FlowText.Peer(outcome)).Distinct());
}
