using System.Globalization;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Scenarios;

/// <summary>What is to come of a step's connections. A null field expects nothing. Immutable; thread-safe.</summary>
public sealed record ConnectExpectation
{
    /// <summary><c>outcome</c>: of every connection.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary><c>backends</c>: how many different backends served.</summary>
    public int? Backends { get; init; }

    /// <summary><c>peer</c>: the address that every backend saw.</summary>
    public IpAddr? Peer { get; init; }

    /// <summary><c>reason</c>: why every connection failed.</summary>
    public OutcomeReason? Reason { get; init; }

    /// <summary><c>pod</c>: the pod that served every connection, <c>namespace/name</c>.</summary>
    public string? Pod { get; init; }

    /// <summary><c>node</c>: the node of the pods that served.</summary>
    public string? Node { get; init; }

    /// <summary>Compares with what came.</summary>
    /// <param name="series">The connections.</param>
    /// <returns>One sentence for each field that does not hold; none where all do.</returns>
    public IReadOnlyList<string> Check(ConnectionSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var failures = new List<string>();
        if (Outcome is { } outcome)
            Compare(failures, "outcome", outcome.LowerName(), series.Connections, static c => c.Outcome == Simulation.Outcome.Connected ? c.Outcome.LowerName() : $"{c.Outcome.LowerName()} ({c.Reason}: {c.Explanation})", c => c.Outcome == outcome);
        if (Reason is { } reason)
            Compare(failures, "reason", reason.ToString(), series.Connections, static c => c.Reason == OutcomeReason.None ? c.Outcome.LowerName() : $"{c.Reason} ({c.Explanation})", c => c.Reason == reason);
        if (Backends is { } backends && series.Distribution.Shares.Count is var served && served != backends)
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"backends: expected {backends}, got {served}{ServedBy(series)}"));
        Connection[] connected = [.. series.Connections.Where(static c => c.Outcome == Simulation.Outcome.Connected)];
        if (Peer is { } peer) Compare(failures, "peer", peer.ToString(), connected, static c => $"{c.PeerSeenByBackend?.Address}", c => c.PeerSeenByBackend?.Address == peer);
        if (Pod is { } pod) Compare(failures, "pod", pod, connected, static c => c.Pod ?? "none", c => c.Pod == pod);
        if (Node is { } node) Compare(failures, "node", node, connected, static c => c.Node ?? "none", c => c.Node == node);
        return failures;
    }

    /// <summary>The first connection that is not as expected; where each one is, but all of them together are not, the first one.</summary>
    internal Connection? FirstUnexpected(ConnectionSeries series) =>
        series.Connections.FirstOrDefault(IsUnexpected) ?? (series.Connections.IsEmpty ? null : series.Connections[0]);

    private bool IsUnexpected(Connection connection)
    {
        if (Outcome is { } outcome && connection.Outcome != outcome || Reason is { } reason && connection.Reason != reason) return true;
        return connection.Outcome == Simulation.Outcome.Connected
            ? Peer is { } peer && connection.PeerSeenByBackend?.Address != peer || Pod is { } pod && connection.Pod != pod || Node is { } node && connection.Node != node
            : Peer is not null || Pod is not null || Node is not null;
    }

    private static void Compare(
        List<string> failures, string field, string expected, IReadOnlyCollection<Connection> connections, Func<Connection, string> say, Func<Connection, bool> holds)
    {
        if (connections.Count == 0)
        {
            failures.Add($"{field}: expected {expected}, but no connection came to be");
            return;
        }

        if (connections.All(holds)) return;
        IEnumerable<string> others = connections.Where(connection => !holds(connection)).GroupBy(say)
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, StringComparer.Ordinal)
            .Select(group => connections.Count == 1 ? group.Key : string.Create(CultureInfo.InvariantCulture, $"{group.Count()} of {connections.Count} {group.Key}"));
        failures.Add($"{field}: expected {expected}, got {string.Join("; ", others)}");
    }

    private static string ServedBy(ConnectionSeries series) =>
        series.Distribution.Shares.IsEmpty ? "" : $": {string.Join(", ", series.Distribution.Shares.Select(static share => share.Pod.Length > 0 ? share.Pod : share.Backend.ToString()))}";
}
