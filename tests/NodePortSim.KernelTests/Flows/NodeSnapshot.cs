using NodePortSim.KernelTests.Labs;
using NodePortSim.Net;

namespace NodePortSim.KernelTests.Flows;

/// <summary>What the tools print of a node, in the kernel or in the simulator.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Rules">The text of <c>iptables-save -c</c>.</param>
/// <param name="Conntrack">The lines of <c>conntrack -L</c>.</param>
/// <param name="Accounting">The text of <c>nfacct list</c>.</param>
internal sealed record NodeSnapshot(string Node, string Rules, IReadOnlyList<string> Conntrack, string Accounting)
{
    /// <summary>What a connection left behind between two looks.</summary>
    public static Observation Observe(
        IpFamily family, LabConnection connection, IReadOnlyList<NodeSnapshot> before, IReadOnlyList<NodeSnapshot> after, IReadOnlySet<int> knownPorts)
    {
        var observation = new Observation();
        observation.AddConnection(connection, knownPorts);
        for (int i = 0; i < after.Count; i++)
        {
            observation.AddConntrack(after[i].Node, after[i].Conntrack, knownPorts);
            observation.AddCounters(after[i].Node, family, before[i].Rules, after[i].Rules);
            observation.AddAccounting(after[i].Node, before[i].Accounting, after[i].Accounting);
        }

        return observation.Complete();
    }
}
