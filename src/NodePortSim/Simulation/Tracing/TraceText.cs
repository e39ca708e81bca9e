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
        text.Append(Verdict(trace)).Append('\n');
        if (trace.Connection.At is { Chain: not null } at) text.Append("at ").Append(ConnectionSeriesText.Place(at)).Append('\n');
        if (detail == TraceDetail.Minimal)
        {
            AppendWay(text, "there", trace.WayThere);
            AppendWay(text, "back", trace.WayBack);
            return text.ToString();
        }

        text.Append('\n');
        var lines = new List<TraceLine>();
        foreach (TraceHop hop in trace.WayThere) AddHop(lines, hop, detail);
        bool isFirst = true;
        foreach (TraceHop hop in trace.WayBack)
        {
            if (isFirst) lines.Add(TraceLine.Heading("answer"));
            isFirst = false;
            AddHop(lines, hop, detail);
        }

        TraceLine.Append(text, lines);
        text.Append("depends on  ").Append(TraceDependencies.Of(trace, seed)).Append('\n');
        return text.ToString();
    }

    /// <summary>What came of it, in one sentence.</summary>
    internal static string Verdict(Trace trace)
    {
        Connection connection = trace.Connection;
        if (connection.Outcome != Outcome.Connected)
            return $"{connection.Outcome.LowerName().ToUpperInvariant()} of {connection.From} to {connection.To}: {connection.Explanation} ({connection.Reason})";
        var sentence = new StringBuilder();
        sentence.Append(CultureInfo.InvariantCulture, $"DELIVERED to {ConnectionSeriesText.Server(connection)}; it sees {connection.PeerSeenByBackend}");
        bool isClient = !trace.Hops.IsEmpty && connection.PeerSeenByBackend is { } peer && trace.Hops[0].Packet.Source == peer.Address;
        return sentence.Append(isClient ? ", the client's own address" : ", not the client").ToString();
    }

    private static void AppendWay(StringBuilder text, string name, IEnumerable<TraceHop> hops)
    {
        string way = string.Join(" > ", hops.Select(static hop => hop.Host));
        if (way.Length > 0) text.Append(CultureInfo.InvariantCulture, $"{name,-5}  {way}\n");
    }

    private static void AddHop(List<TraceLine> lines, TraceHop hop, TraceDetail detail)
    {
        string interfaces = (hop.InInterface, hop.OutInterface) switch
        {
            (null, null) => "",
            (null, { } output) => $"> {output}",
            ({ } input, null) => $"{input} >",
            ({ } input, { } output) => $"{input} > {output}",
        };
        string state = hop.Steps.OfType<ConntrackStep>().FirstOrDefault() is { } conntrack ? $"conntrack {conntrack.State}" : "";
        lines.Add(new TraceLine($"{hop.Host}  {interfaces}", PacketText.Of(hop.Packet), state, IsHost: true));
        lines.AddRange(detail == TraceDetail.Full ? TraceSteps.All(hop) : TraceSteps.Deciding(hop));
    }
}
