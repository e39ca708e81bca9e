using System.Text.Json;
using NodePortSim.Net;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints matrices as JSON: the form of the command <c>matrix -o json</c>. Absent values are left out. Thread-safe.</summary>
public static class MatrixJson
{
    /// <summary>The JSON text, indented.</summary>
    /// <param name="matrix">The matrix.</param>
    public static string Write(ReachabilityMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return JsonText.Of(matrix, static (json, value) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("flows");
            foreach (MatrixFlow flow in value.Flows)
            {
                json.WriteStartObject();
                WriteFields(json, flow.Key);
                json.WriteString("from", flow.From);
                Write(json, "outcomes", flow.Outcomes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Writes the fields of who connects to what.</summary>
    internal static void WriteFields(Utf8JsonWriter json, FlowKey key)
    {
        json.WriteString("servicePort", key.ServicePort);
        json.WriteString("protocol", key.Protocol.LowerName());
        json.WriteString("kind", FlowText.Name(key.Kind));
        json.WriteString("to", key.To.ToString());
        json.WriteIfPresent("node", key.Node);
        json.WriteString("client", FlowText.Name(key.Client));
    }

    /// <summary>Writes outcomes as a property.</summary>
    internal static void Write(Utf8JsonWriter json, string name, IEnumerable<ExploredOutcome> outcomes)
    {
        json.WriteStartArray(name);
        foreach (ExploredOutcome outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("outcome", outcome.Outcome.LowerName());
            json.WriteNumber("probability", outcome.Probability);
            json.WriteIfPresent("backend", outcome.Backend?.ToString());
            json.WriteIfPresent("pod", outcome.Pod);
            json.WriteIfPresent("node", outcome.Node);
            json.WriteIfPresent("peerSeenByBackend", outcome.PeerAddress?.ToString());
            if (outcome.PeerAddress is not null) json.WriteBoolean("seesClient", outcome.SeesClient);
            if (outcome.Reason != OutcomeReason.None) json.WriteString("reason", outcome.Reason.ToString());
            json.WriteIfPresent("explanation", outcome.Explanation);
            if (outcome.At is { } at) ConnectionSeriesJson.Write(json, at);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
