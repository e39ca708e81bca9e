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
        return Complete(observation, family, before, after, knownPorts);
    }

    /// <summary>What an echo request left behind between two looks.</summary>
    /// <param name="family">The family of the rules.</param>
    /// <param name="answer">What came back.</param>
    /// <param name="before">The nodes before.</param>
    /// <param name="after">The nodes afterwards.</param>
    /// <param name="knownPorts">The ports that nothing chose at random.</param>
    public static Observation Observe(IpFamily family, string answer, IReadOnlyList<NodeSnapshot> before, IReadOnlyList<NodeSnapshot> after, IReadOnlySet<int> knownPorts)
    {
        var observation = new Observation();
        observation.AddAnswer(answer);
        return Complete(observation, family, before, after, knownPorts);
    }

    private static Observation Complete(
        Observation observation, IpFamily family, IReadOnlyList<NodeSnapshot> before, IReadOnlyList<NodeSnapshot> after, IReadOnlySet<int> knownPorts)
    {
        for (int i = 0; i < after.Count; i++)
        {
            observation.AddConntrack(after[i].Node, after[i].Conntrack, knownPorts);
            observation.AddCounters(after[i].Node, family, before[i].Rules, after[i].Rules);
            observation.AddAccounting(after[i].Node, before[i].Accounting, after[i].Accounting);
        }

        return observation.Complete();
    }
}
