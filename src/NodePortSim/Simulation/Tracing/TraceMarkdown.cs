using System.Globalization;
using System.Text;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Prints traces as GitHub's Markdown: the verdict, a table of what decided, and what it depended on. For issues and pull requests. Thread-safe.</summary>
public static class TraceMarkdown
{
    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="seed">The simulation's seed, to be named where chance decided; null leaves it out.</param>
    public static string Write(Trace trace, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"**{Plain(TraceText.Verdict(trace))}**\n");
        if (trace.Connection.At is { Chain: not null } at) text.Append(CultureInfo.InvariantCulture, $"\nat {Code(ConnectionSeriesText.Place(at))}\n");
        string[] fixes = TraceText.Fixes(trace);
        if (fixes.Length > 0) text.Append('\n').Append(string.Concat(fixes.Select(static fix => $"- {Plain(fix)}\n")));
        AppendWay(text, "There", trace.WayThere);
        AppendWay(text, "Back", trace.WayBack);
        return text.Append(CultureInfo.InvariantCulture, $"\nDepends on {Plain(TraceDependencies.Of(trace, seed))}.\n").ToString();
    }

    private static void AppendWay(StringBuilder text, string title, IEnumerable<TraceHop> hops)
    {
        bool isFirst = true;
        foreach (TraceHop hop in hops)
        {
            if (isFirst) text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n| where | what | why |\n|---|---|---|\n");
            isFirst = false;
            string way = string.Join(" > ", new[] { hop.InInterface, hop.OutInterface }.OfType<string>());
            string state = hop.Steps.OfType<ConntrackStep>().FirstOrDefault() is { } conntrack ? $"conntrack {conntrack.State}" : "";
            AppendRow(text, $"**{Plain(hop.Host)}**{(way.Length > 0 ? $" {Code(way)}" : "")}", Code(PacketText.Of(hop.Packet)), state);
            foreach (TraceLine line in TraceSteps.Deciding(hop)) AppendRow(text, Code(line.Where), line.What.Length > 0 ? Code(line.What) : "", Plain(line.Why));
        }
    }

    private static void AppendRow(StringBuilder text, string where, string what, string why) =>
        text.Append(CultureInfo.InvariantCulture, $"| {Cell(where)} | {Cell(what)} | {Cell(why)} |\n");

    /// <summary>A text in which nothing is Markdown's or HTML's.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is '*' or '_' or '`' or '[' or ']' or '<' or '\\' or '#') plain.Append('\\');
            plain.Append(c is '\r' or '\n' ? ' ' : c);
        }

        return plain.ToString();
    }

    /// <summary>A text as it is: in more backquotes than it has.</summary>
    private static string Code(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Contains('`', StringComparison.Ordinal) ? $"`` {line} ``" : $"`{line}`";
    }

    // Of a bar within a table, code or not, a backslash is taken away.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
