using System.Text.Json;

namespace NodePortSim.Benchmarks.Scale;

/// <summary>What a run at scale measured.</summary>
/// <param name="Options">The size.</param>
/// <param name="CompileSeconds">From Kubernetes objects to rules that run on all nodes, loaded into a machine each, on all cores.</param>
/// <param name="FirstPacketSeconds">A first packet on every node, which makes the chains that it meets there, on all cores.</param>
/// <param name="ChangeSeconds">After one endpoint's change: objects, rules and reload of two nodes.</param>
/// <param name="FleetChangeSeconds">The same of all nodes, on one core.</param>
/// <param name="Rules">Rules of all nodes together, shared ones counted for every node.</param>
/// <param name="RuleBytes">Memory of all rules and of what the machines keep beside them, shared ones once, after every node's first packet; the Kubernetes objects do not count.</param>
/// <param name="NewConnectionsPerSecond">SYN and SYN/ACK over two nodes, on one core.</param>
/// <param name="EstablishedPacketsPerSecond">Packets through one node, on one core.</param>
/// <param name="BytesPerConnection">Memory of a connection on one node, the table's free room included.</param>
/// <param name="AllocatedBytesPerPacket">Of established packets.</param>
/// <param name="PeakRssBytes">The process's largest resident set.</param>
internal sealed record ScaleReport(
    ScaleOptions Options,
    double CompileSeconds,
    double FirstPacketSeconds,
    double ChangeSeconds,
    double FleetChangeSeconds,
    long Rules,
    long RuleBytes,
    double NewConnectionsPerSecond,
    double EstablishedPacketsPerSecond,
    double BytesPerConnection,
    double AllocatedBytesPerPacket,
    long PeakRssBytes)
{
    public void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("nodes", Options.Nodes);
        json.WriteNumber("services", Options.Services);
        json.WriteNumber("endpointsPerService", Options.Endpoints);
        json.WriteNumber("localEvery", Options.LocalEvery);
        json.WriteNumber("connections", Options.Connections);
        json.WriteNumber("compileSeconds", Math.Round(CompileSeconds, 4));
        json.WriteNumber("firstPacketSeconds", Math.Round(FirstPacketSeconds, 4));
        json.WriteNumber("changeSeconds", Math.Round(ChangeSeconds, 6));
        json.WriteNumber("fleetChangeSeconds", Math.Round(FleetChangeSeconds, 4));
        json.WriteNumber("rules", Rules);
        json.WriteNumber("ruleBytes", RuleBytes);
        json.WriteNumber("newConnectionsPerSecond", Math.Round(NewConnectionsPerSecond));
        json.WriteNumber("establishedPacketsPerSecond", Math.Round(EstablishedPacketsPerSecond));
        json.WriteNumber("bytesPerConnection", Math.Round(BytesPerConnection, 1));
        json.WriteNumber("allocatedBytesPerPacket", Math.Round(AllocatedBytesPerPacket, 3));
        json.WriteNumber("peakRssBytes", PeakRssBytes);
        json.WriteEndObject();
    }
}
