using System.Globalization;
using System.Text;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints matrices for people: a paragraph for each address, a line for each client's outcome. Thread-safe.</summary>
public static class MatrixText
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="matrix">The matrix.</param>
    public static string Write(ReachabilityMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Flows.IsEmpty) return "no service port that kube-proxy serves, or no client\n";
        int width = matrix.Flows.Max(static flow => FlowText.Client(flow.Key, flow.From).Length);
        var text = new StringBuilder();
        foreach (IGrouping<string, MatrixFlow> group in matrix.Flows.GroupBy(static flow => $"{FlowText.Service(flow.Key)}  {FlowText.Target(flow.Key)}"))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(group.Key).Append('\n');
            foreach (MatrixFlow flow in group) Append(text, flow, width);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MatrixFlow flow, int width)
    {
        string client = FlowText.Client(flow.Key, flow.From);
        foreach (Exploration.ExploredOutcome outcome in flow.Outcomes)
        {
            text.Append("  ").Append(client.PadRight(width));
            text.Append(CultureInfo.InvariantCulture, $"  {outcome.Outcome.LowerName(),-11}  {FlowText.Percent(outcome.Probability),5}  {FlowText.What(outcome)}\n");
            client = "";
        }
    }
}
