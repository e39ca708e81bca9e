namespace NodePortSim.Simulation.Reports;

/// <summary>Prints a connection in one or two lines: what came of it and why, then where. For the messages of failed assertions, whatever their library. Thread-safe.</summary>
public static class ConnectionText
{
    /// <summary>The lines, without a line break at the end.</summary>
    /// <param name="connection">The connection.</param>
    public static string Write(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (connection.Outcome == Outcome.Connected)
            return $"CONNECTED from {connection.From} to {connection.To}: {ConnectionSeriesText.Server(connection)} saw {connection.PeerSeenByBackend}";
        string sentence = $"{connection.Outcome.LowerName().ToUpperInvariant()} of {connection.From} to {connection.To}: {connection.Explanation} ({connection.Reason})";
        return connection.At is { } at ? $"{sentence}\nat {ConnectionSeriesText.Place(at)}" : sentence;
    }
}
