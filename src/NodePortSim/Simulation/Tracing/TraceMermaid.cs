using System.Globalization;
using System.Text;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Prints traces as Mermaid sequence diagrams, which GitHub and others draw: hosts, packets between them, and notes of what hosts did. Thread-safe.</summary>
public static class TraceMermaid
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="trace">The trace.</param>
    public static string Write(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var text = new StringBuilder("sequenceDiagram\n");
        string[] hosts = [.. trace.Hops.Select(static hop => hop.Host).Distinct(StringComparer.Ordinal)];
        for (int i = 0; i < hosts.Length; i++) text.Append(CultureInfo.InvariantCulture, $"    participant h{i} as {Escape(hosts[i])}\n");
        // A connection that was never begun has no hops, but a diagram needs someone.
        if (hosts.Length == 0) text.Append(CultureInfo.InvariantCulture, $"    participant h0 as {Escape(trace.Connection.From)}\n");
        text.Append(CultureInfo.InvariantCulture, $"    Note over {(hosts.Length > 1 ? $"h0,h{hosts.Length - 1}" : "h0")}: {Escape(TraceText.Verdict(trace))}\n");
        for (int i = 0; i < trace.Hops.Count; i++)
        {
            TraceHop hop = trace.Hops[i];
            int host = Array.IndexOf(hosts, hop.Host);
            AppendNote(text, host, hop);
            TraceHop? next = i + 1 < trace.Hops.Count && trace.Hops[i + 1].InInterface is not null ? trace.Hops[i + 1] : null;
            if (hop.OutInterface is null && next is null) continue;
            // Solid there, dashed back, and with a cross where nobody received it.
            string line = hop.IsAnswer ? "--" : "-";
            text.Append(CultureInfo.InvariantCulture, $"    h{host}{line}{(next is null ? "x" : ">>")}h{(next is null ? host : Array.IndexOf(hosts, next.Host))}: {Escape(PacketText.Of(hop.PacketOut))}\n");
        }

        string[] fixes = TraceText.Fixes(trace);
        if (fixes.Length > 0) text.Append(CultureInfo.InvariantCulture, $"    Note over h0: {string.Join("<br/>", fixes.Select(Escape))}\n");
        return text.ToString();
    }

    private static void AppendNote(StringBuilder text, int host, TraceHop hop)
    {
        // The arrow that follows says where a packet is routed to.
        string[] lines = [.. TraceSteps.Deciding(hop).Where(static line => !line.Where.StartsWith("route", StringComparison.Ordinal)).Select(static line => Escape($"{line.Where}: {line.What}"))];
        if (lines.Length > 0) text.Append(CultureInfo.InvariantCulture, $"    Note over h{host}: {string.Join("<br/>", lines)}\n");
    }

    /// <summary>A text within a line: what Mermaid or HTML would read as theirs becomes an entity.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is '#' or ';' or '<' or '>' or '"' or '%' or '&' or '\\' or '\r' or '\n') escaped.Append(CultureInfo.InvariantCulture, $"#{(int)c};");
            else escaped.Append(c);
        }

        // The word alone ends a block.
        return escaped.ToString() == "end" ? "#101;nd" : escaped.ToString();
    }
}
