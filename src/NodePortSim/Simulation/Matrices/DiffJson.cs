using System.Text.Json;
using NodePortSim.Iptables;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Matrices;

/// <summary>Prints differences of clusters as JSON: the form of the command <c>diff -o json</c>. Absent values are left out. Thread-safe.</summary>
public static class DiffJson
{
    /// <summary>The JSON text, indented.</summary>
    /// <param name="diff">The differences.</param>
    public static string Write(ClusterDiff diff)
    {
        ArgumentNullException.ThrowIfNull(diff);
        return JsonText.Of(diff, static (json, value) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("flows");
            foreach (FlowDifference flow in value.Flows) Write(json, flow);
            json.WriteEndArray();
            json.WriteStartArray("rules");
            foreach (RuleDifference rules in value.Rules) Write(json, rules);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, FlowDifference flow)
    {
        json.WriteStartObject();
        MatrixJson.WriteFields(json, flow.Key);
        Write(json, "before", flow.Before);
        Write(json, "after", flow.After);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, FlowSide? side)
    {
        if (side is null) return;
        json.WriteStartObject(name);
        json.WriteString("from", side.From);
        MatrixJson.Write(json, "outcomes", side.Outcomes);
        json.WriteString("trace", side.Trace);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RuleDifference rules)
    {
        json.WriteStartObject();
        WriteLines(json, "nodes", rules.Nodes);
        json.WriteString("family", rules.Family == Net.IpFamily.IPv4 ? "ipv4" : "ipv6");
        json.WriteString("table", rules.Table.Name());
        WriteLines(json, "removed", rules.Removed);
        WriteLines(json, "added", rules.Added);
        json.WriteEndObject();
    }

    private static void WriteLines(Utf8JsonWriter json, string name, IEnumerable<string> lines)
    {
        json.WriteStartArray(name);
        foreach (string line in lines) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
