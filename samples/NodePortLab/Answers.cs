using NodePortSim.Iptables;
using NodePortSim.Simulation;

namespace NodePortLab;

/// <summary>What came of connections: how many each pod answered and whom it saw, or why none did.</summary>
internal static class Answers
{
    public static void Print(IReadOnlyList<Connection> connections, string to, LabPage page)
    {
        foreach (IGrouping<Outcome, Connection> group in connections.GroupBy(connection => connection.Outcome))
        {
            Connection first = group.First();
            page.Say($"{first.From} -> {to}, which is {first.To}: {group.Count()} {group.Key.ToString().ToLowerInvariant()}");
            if (group.Key == Outcome.Connected) PrintPods(group, page);
            else PrintReason(first, page);
        }
    }

    private static void PrintPods(IEnumerable<Connection> connections, LabPage page)
    {
        var shares = connections
            .GroupBy(c => (Backend: c.Backend!.Value, c.Pod, c.Node, Peer: c.PeerSeenByBackend!.Value.Address))
            .OrderBy(share => share.Key.Backend.Address);
        foreach (var share in shares)
            page.Line($"{share.Count(),4}  {share.Key.Pod} ({share.Key.Backend}) on {share.Key.Node,-13}  saw {share.Key.Peer}");
    }

    private static void PrintReason(Connection connection, LabPage page)
    {
        page.Line($"why:   {connection.Explanation} ({connection.Reason})");
        if (connection.At is not { } at) return;
        page.Line($"where: {at.Host}{(at.Table is { } table ? $", table {table.Name()}, chain {at.Chain}" : "")}");
        if (at.Rule is not null) page.Line($"rule:  {at.Rule}");
    }
}
