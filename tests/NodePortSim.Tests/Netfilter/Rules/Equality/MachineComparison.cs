using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Netfilter.Rules;

namespace NodePortSim.Tests.Netfilter.Rules.Equality;

/// <summary>Compares machines that saw the same packets in all that can be seen of them: counters, accounting objects, recent lists, conntrack.</summary>
internal static class MachineComparison
{
    /// <summary>What differs; null where nothing does.</summary>
    public static string? Difference(NetfilterMachine expected, NetfilterMachine actual) =>
        Difference(expected, actual, IpFamily.IPv4) ?? Difference(expected, actual, IpFamily.IPv6) ?? DifferenceOfState(expected, actual);

    public static bool AreSame(in SocketBuffer one, in SocketBuffer other) =>
        one.Packet == other.Packet && one.Mark == other.Mark && one.InInterface == other.InInterface && one.OutInterface == other.OutInterface
        && one.NextHop == other.NextHop && one.Entry == other.Entry && one.Info == other.Info;

    public static string Text(in SocketBuffer buffer) =>
        $"{buffer.Packet} mark {buffer.Mark} in {buffer.InInterface} out {buffer.OutInterface} to {buffer.NextHop} entry {buffer.Entry} {buffer.Info}";

    private static string? Difference(NetfilterMachine expected, NetfilterMachine actual, IpFamily family)
    {
        MachineCounters expectedCounters = expected.Counters(family), actualCounters = actual.Counters(family);
        foreach (TableRules table in expected.Rules(family).Tables)
        {
            foreach (Chain chain in table.Chains)
            {
                if (chain.IsBuiltIn && expectedCounters.OfPolicy(table.Table, chain.Name) != actualCounters.OfPolicy(table.Table, chain.Name))
                    return $"{table.Table} {chain.Name}: counters of the policy differ";
                for (int i = 0; i < chain.Rules.Count; i++)
                {
                    if (expectedCounters.OfRule(table.Table, chain.Name, i) != actualCounters.OfRule(table.Table, chain.Name, i))
                        return $"{table.Table} {chain.Name} {i + 1}: counters differ";
                }
            }
        }

        return null;
    }

    private static string? DifferenceOfState(NetfilterMachine expected, NetfilterMachine actual)
    {
        if (expected.AccountingObjects.List() != actual.AccountingObjects.List()) return "accounting objects differ";

        // The list of a chain that no packet has met yet may be not there instead of empty.
        foreach (string name in expected.RecentLists.Names)
            if (expected.RecentLists[name]!.List() != (actual.RecentLists[name]?.List() ?? "")) return $"recent list {name} differs";
        if (!expected.Conntrack.List().SequenceEqual(actual.Conntrack.List())) return "conntrack differs";
        return expected.Conntrack.Statistics == actual.Conntrack.Statistics ? null : "conntrack's statistics differ";
    }
}
