using System.Text.Json;
using NodePortSim.Net;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Writes what is needed, and the fixes, as properties of a trace's JSON object.</summary>
internal static class FixJson
{
    public static void Write(Utf8JsonWriter json, Trace trace)
    {
        json.WriteString("needs", trace.Needed);
        json.WriteStartArray("fixes");
        foreach (Fix fix in trace.Fixes) Write(json, fix);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Fix fix)
    {
        json.WriteStartObject();
        json.WriteString("kind", NameOf(fix.Kind.ToString()));
        json.WriteString("nearness", NameOf(fix.Nearness.ToString()));
        json.WriteString("try", fix.Sentence);
        json.WriteString("to", fix.To.ToString());
        json.WriteString("protocol", fix.Options.Protocol.LowerName());
        json.WriteNumber("probability", fix.Probability);
        json.WriteEndObject();
    }

    private static string NameOf(string name) => string.Concat(char.ToLowerInvariant(name[0]).ToString(), name.AsSpan(1));
}
