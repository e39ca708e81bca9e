using System.Text.Json;
using NodePortSim.Net;
using NodePortSim.Simulation.Fixes;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Prints traces as JSON: the whole model, every rule tried. Absent values are left out. Thread-safe.</summary>
public static class TraceJson
{
    /// <summary>The JSON text, indented.</summary>
    /// <param name="trace">The trace.</param>
    public static string Write(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return JsonText.Of(trace, static (json, value) => Write(json, value));
    }

    /// <summary>Writes the JSON object.</summary>
    /// <param name="json">Where to write to.</param>
    /// <param name="trace">The trace.</param>
    public static void Write(Utf8JsonWriter json, Trace trace)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(trace);
        json.WriteStartObject();
        json.WriteStartObject("connection");
        json.WriteString("from", trace.Connection.From);
        json.WriteString("to", trace.Connection.To.ToString());
        json.WriteString("protocol", trace.Connection.Protocol.LowerName());
        ConnectionSeriesJson.WriteFields(json, trace.Connection);
        json.WriteEndObject();
        if (trace.Needed is not null) FixJson.Write(json, trace);
        json.WriteStartArray("hops");
        foreach (TraceHop hop in trace.Hops) Write(json, hop);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TraceHop hop)
    {
        json.WriteStartObject();
        json.WriteString("host", hop.Host);
        json.WriteString("role", hop.Role);
        json.WriteString("direction", hop.IsAnswer ? "back" : "there");
        json.WriteIfPresent("inInterface", hop.InInterface);
        json.WriteIfPresent("outInterface", hop.OutInterface);
        WritePacket(json, "packet", hop.Packet);
        WritePacket(json, "packetOut", hop.PacketOut);
        json.WriteStartArray("steps");
        foreach (TraceStep step in hop.Steps) TraceStepJson.Write(json, step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePacket(Utf8JsonWriter json, string name, in Packet packet)
    {
        json.WriteStartObject(name);
        json.WriteString("text", PacketText.Of(packet));
        TraceStepJson.WriteFlow(json, packet.Tuple);
        if (packet.Protocol == Protocol.Tcp) json.WriteString("flags", PacketText.FlagsOf(packet.Flags));
        json.WriteNumber("ttl", packet.Ttl);
        json.WriteNumber("length", packet.Length);
        if (packet.IsIcmpError) TraceStepJson.WriteFlow(json, "quoted", packet.Quoted);
        json.WriteEndObject();
    }
}
