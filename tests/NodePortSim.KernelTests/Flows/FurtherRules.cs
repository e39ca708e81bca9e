using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests.Flows;

/// <summary>What an administrator adds to the rules of every node.</summary>
/// <param name="IPv4">A text for <c>iptables-restore --noflush</c>.</param>
/// <param name="IPv6">The same for <c>ip6tables-restore</c>.</param>
internal sealed record FurtherRules(string IPv4, string IPv6)
{
    /// <summary>Nothing.</summary>
    public static FurtherRules None { get; } = new("", "");

    public void AddTo(Simulator simulator)
    {
        foreach (SimulatedNode node in simulator.Nodes)
        {
            if (IPv4.Length > 0) node.Iptables.Restore(IPv4);
            if (IPv6.Length > 0) node.Iptables.Restore(IPv6, IpFamily.IPv6);
        }
    }
}
