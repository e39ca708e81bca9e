using System.Text.Json;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Reports;

/// <summary>Prints connections as JSON: the form of the command <c>connect -o json</c>. Absent values are left out. Thread-safe.</summary>
public static class ConnectionSeriesJson
{
    /// <summary>The JSON text, indented.</summary>
    /// <param name="series">The connections.</param>
    public static string Write(ConnectionSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return JsonText.Of(series, static (json, value) => Write(json, value));
    }

    /// <summary>Writes the JSON object.</summary>
    /// <param name="json">Where to write to.</param>
    /// <param name="series">The connections.</param>
    public static void Write(Utf8JsonWriter json, ConnectionSeries series)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(series);
        json.WriteStartObject();
        json.WriteString("from", series.From);
        json.WriteString("to", series.To);
        json.WriteString("protocol", series.Protocol.LowerName());
        json.WriteNumber("seed", series.Seed);
        json.WriteStartArray("connections");
        foreach (Connection connection in series.Connections)
        {
            json.WriteStartObject();
            WriteFields(json, connection);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("distribution");
        foreach (DistributionShare share in series.Distribution.Shares) Write(json, share);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the fields of what came of a connection.</summary>
    internal static void WriteFields(Utf8JsonWriter json, Connection connection)
    {
        json.WriteString("outcome", connection.Outcome.LowerName());
        if (connection.SourcePort > 0) json.WriteNumber("sourcePort", connection.SourcePort);
        json.WriteIfPresent("backend", connection.Backend?.ToString());
        json.WriteIfPresent("pod", connection.Pod);
        json.WriteIfPresent("node", connection.Node);
        json.WriteIfPresent("ingressNode", connection.IngressNode);
        json.WriteIfPresent("peerSeenByBackend", connection.PeerSeenByBackend?.ToString());
        if (connection.Reason != OutcomeReason.None) json.WriteString("reason", connection.Reason.ToString());
        json.WriteIfPresent("explanation", connection.Explanation);
        if (connection.At is { } at) Write(json, at);
    }

    /// <summary>Writes the property <c>at</c>.</summary>
    internal static void Write(Utf8JsonWriter json, OutcomePlace at)
    {
        json.WriteStartObject("at");
        json.WriteString("host", at.Host);
        json.WriteIfPresent("table", at.Table?.Name());
        json.WriteIfPresent("chain", at.Chain);
        json.WriteIfPresent("rule", at.Rule);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DistributionShare share)
    {
        json.WriteStartObject();
        if (share.Pod.Length > 0) json.WriteString("pod", share.Pod);
        json.WriteString("backend", share.Backend.ToString());
        json.WriteNumber("count", share.Count);
        json.WriteEndObject();
    }
}
