using System.Globalization;
using System.Text;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Prints traces for people: the verdict in one sentence, the way there host by host, the way back, and what chance decided. Thread-safe.</summary>
public static class TraceText
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="detail">How much to print.</param>
    /// <param name="seed">The simulation's seed, to be named where chance decided; null leaves it out.</param>
    public static string Write(Trace trace, TraceDetail detail = TraceDetail.Default, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var text = new StringBuilder();
        text.Append(Verdict(trace, detail)).Append('\n');
        if (trace.Connection.At is { Chain: not null } at) text.Append("at ").Append(ConnectionSeriesText.Place(at)).Append('\n');
        if (detail == TraceDetail.Minimal)
        {
            AppendWay(text, trace);
            return text.ToString();
        }

        foreach (string line in Fixes(trace)) text.Append(line).Append('\n');
        if (trace.Hops.IsEmpty) return text.ToString();
        text.Append('\n');
        var lines = new List<TraceLine>();
        string? verdict = trace.Connection.Explanation;
        foreach (TraceHop hop in trace.WayThere) AddHop(lines, hop, detail, verdict);
        if (detail != TraceDetail.Detailed && TraceReply.IsPlain(trace)) lines.Add(TraceLine.Heading("reply") with { What = TraceReply.Of(trace) });
        else if (trace.WayBack.Any()) AddHops(lines, trace.WayBack, detail, verdict);
        TraceLine.Append(text, lines);
        text.Append("depends on  ").Append(TraceDependencies.Of(trace, seed)).Append('\n');
        return text.ToString();
    }

    /// <summary>What is needed, and which fixes work, a line each; none where neither is known.</summary>
    internal static string[] Fixes(Trace trace) =>
        [.. trace.Needed is { } needed ? [$"needs: {needed}"] : Array.Empty<string>(), .. trace.Fixes.Select(static fix => $"try: {fix}")];

    /// <summary>What came of it, in one sentence.</summary>
    internal static string Verdict(Trace trace, TraceDetail detail = TraceDetail.Default)
    {
        Connection connection = trace.Connection;
        if (connection.Outcome != Outcome.Connected)
            return $"{connection.Outcome.LowerName().ToUpperInvariant()} of {connection.From} to {connection.To}: {connection.Explanation} ({connection.Reason})";
        var sentence = new StringBuilder();

        // A random source port would make snapshots differ.
        string peer = detail == TraceDetail.Minimal ? $"{connection.PeerSeenByBackend?.Address}" : $"{connection.PeerSeenByBackend}";
        sentence.Append(CultureInfo.InvariantCulture, $"DELIVERED to {ConnectionSeriesText.Server(connection)}; it sees {peer}");
        bool isClient = !trace.Hops.IsEmpty && connection.PeerSeenByBackend is { } seen && trace.Hops[0].Packet.Source == seen.Address;
        return sentence.Append(isClient ? ", the client's own address" : ", not the client").ToString();
    }

    /// <summary>The hosts of the way there, and those of the way back where it is another one.</summary>
    private static void AppendWay(StringBuilder text, Trace trace)
    {
        string[] there = [.. trace.WayThere.Select(static hop => hop.Host)];
        string[] back = [.. trace.WayBack.Select(static hop => hop.Host)];
        if (there.Length == 0) return;
        text.Append("way ").AppendJoin(" > ", there);
        if (back.Length > 0 && back.SequenceEqual(there.Reverse())) text.Append(", and back");
        else if (back.Length > 0) text.Append("; back ").AppendJoin(" > ", back);
        text.Append('\n');
    }

    private static void AddHops(List<TraceLine> lines, IEnumerable<TraceHop> back, TraceDetail detail, string? verdict)
    {
        lines.Add(TraceLine.Heading("reply"));
        foreach (TraceHop hop in back) AddHop(lines, hop, detail, verdict);
    }

    /// <param name="lines">The lines to add to.</param>
    /// <param name="hop">The hop.</param>
    /// <param name="detail">How much to tell.</param>
    /// <param name="verdict">The sentence that the text begins with, which no line repeats.</param>
    private static void AddHop(List<TraceLine> lines, TraceHop hop, TraceDetail detail, string? verdict)
    {
        string interfaces = (hop.InInterface, hop.OutInterface) switch
        {
            (null, null) => "",
            (null, { } output) => $"> {output}",
            ({ } input, null) => $"{input} >",
            ({ } input, { } output) => $"{input} > {output}",
        };
        string state = hop.Steps.OfType<ConntrackStep>().FirstOrDefault() is { } conntrack ? $"conntrack {conntrack.State}" : "";
        if (detail == TraceDetail.Detailed)
        {
            lines.Add(new TraceLine($"{hop.Host}  {interfaces}", PacketText.Of(hop.Packet), state, IsHost: true));
            lines.AddRange(TraceSteps.All(hop));
            return;
        }

        IReadOnlyList<TraceLine> deciding = TraceSteps.Deciding(hop);
        string note = state.Length > 0 ? state : hop.Steps is [.., DeliveredStep delivered] ? Arrival(delivered) : "";
        lines.Add(new TraceLine($"{hop.Host}  {interfaces}", PacketText.Of(hop.Packet), note, IsHost: true));

        // That a host which only sends or receives does so, its own line says.
        bool isEnd = state.Length == 0 && hop.Steps.All(static step => step is RouteStep or DeliveredStep);
        if (!isEnd) lines.AddRange(deciding.Select(line => line.Why.Length > 0 && verdict?.StartsWith(line.Why, StringComparison.Ordinal) == true ? line with { Why = "" } : line));
    }

    private static string Arrival(DeliveredStep delivered) => delivered.Socket switch
    {
        "no socket" => "nothing listens",
        "socket" or "icmp" => "delivered",
        _ => $"delivered to {delivered.Socket}",
    };
}
