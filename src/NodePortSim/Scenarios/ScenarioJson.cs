using System.Text.Json;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Scenarios;

/// <summary>Prints results of scenarios as JSON: the form of the command <c>run -o json</c>. Thread-safe.</summary>
public static class ScenarioJson
{
    /// <summary>The JSON text, indented.</summary>
    /// <param name="results">The results.</param>
    public static string Write(IReadOnlyList<ScenarioResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return JsonText.Of(results, static (json, results) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("scenarios");
            foreach (ScenarioResult result in results) Write(json, result);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, ScenarioResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteBoolean("passed", result.Passed);
        json.WriteStartArray("steps");
        foreach (ScenarioStepResult step in result.Steps) Write(json, step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ScenarioStepResult step)
    {
        json.WriteStartObject();
        json.WriteNumber("index", step.Index);
        json.WriteString("kind", step.Step.Kind);
        json.WriteBoolean("passed", step.Passed);
        WriteStrings(json, "failures", step.Failures);
        if (!step.Trace.IsEmpty) WriteStrings(json, "trace", step.Trace);
        if (step.Connections is { } connections)
        {
            json.WritePropertyName("result");
            ConnectionSeriesJson.Write(json, connections);
        }
        else if (step.Lines is { } lines)
        {
            json.WriteStartObject("result");
            WriteStrings(json, "lines", lines);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
