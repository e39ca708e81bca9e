using System.Globalization;
using System.Text;
using NodePortSim.Iptables;

namespace NodePortSim.Simulation.Reports;

/// <summary>Prints connections for people: each one where they are few, then how often which outcome came of them, and why. Thread-safe.</summary>
public static class ConnectionSeriesText
{
    /// <summary>Series up to this length are listed connection by connection.</summary>
    private const int MaxListed = 10;

    /// <summary>The text; every line ends in a line break.</summary>
    /// <param name="series">The connections.</param>
    public static string Write(ConnectionSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var text = new StringBuilder();
        int count = series.Connections.Count;
        if (count is > 1 and <= MaxListed)
        {
            foreach (Connection connection in series.Connections)
                text.Append(CultureInfo.InvariantCulture, $"{connection.Outcome.LowerName(),-11}  {SourceOf(connection)} > {connection.To}  {Short(connection)}\n");
            text.Append('\n');
        }

        int width = count.ToString(CultureInfo.InvariantCulture).Length;
        foreach (IGrouping<Summary, Connection> group in series.Connections.GroupBy(SummaryOf)
            .OrderBy(static group => group.Key.Outcome).ThenByDescending(static group => group.Count()).ThenBy(static group => group.Key.What, StringComparer.Ordinal))
        {
            string shares = string.Create(CultureInfo.InvariantCulture, $"{group.Key.Outcome.LowerName(),-11}  {group.Count().ToString(CultureInfo.InvariantCulture).PadLeft(width)} of {count}  ");
            text.Append(shares).Append(group.Key.What).Append('\n');
            if (group.Key.Where is { } where) text.Append(' ', shares.Length).Append(where).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Where a packet ended, as <c>host: table CHAIN: rule</c>; parts that are absent are left out.</summary>
    internal static string Place(OutcomePlace at)
    {
        var text = new StringBuilder(at.Host);
        if (at.Chain is null) return text.ToString();
        text.Append(": ");
        if (at.Table is { } table) text.Append(table.Name()).Append(' ');
        text.Append(at.Chain);
        if (at.Rule is not null) text.Append(": ").Append(at.Rule);
        return text.ToString();
    }

    /// <summary>Who served a connection: <c>default/web-1 (10.10.3.3:8080 on worker3)</c>.</summary>
    internal static string Server(Connection connection) => connection switch
    {
        { Pod: null } => $"{connection.Backend}",
        { Node: null } => $"{connection.Pod} ({connection.Backend})",
        _ => $"{connection.Pod} ({connection.Backend} on {connection.Node})",
    };

    private static string SourceOf(Connection connection) =>
        connection.SourcePort > 0 ? string.Create(CultureInfo.InvariantCulture, $"{connection.From}:{connection.SourcePort}") : connection.From;

    private static string Short(Connection connection) => connection.Outcome == Outcome.Connected
        ? $"{Server(connection)} saw {connection.PeerSeenByBackend}"
        : connection.Reason.ToString();

    private static Summary SummaryOf(Connection connection) => connection.Outcome == Outcome.Connected
        ? new Summary(connection.Outcome, $"{Server(connection)} saw {connection.PeerSeenByBackend?.Address}", null)
        : new Summary(connection.Outcome, $"{connection.Reason}: {connection.Explanation}", connection.At is { } at ? Place(at) : null);

    private readonly record struct Summary(Outcome Outcome, string What, string? Where);
}
