using NodePortSim.Iptables.Text;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.KernelTests;

/// <summary>The text that the simulator saves loads into the machine's <c>iptables-restore</c>, and <c>iptables-save</c> prints it back unchanged.</summary>
public sealed class RestoreRoundTripTests
{
    public static TheoryData<string> Recorded => ConformanceCases.Names;

    [SkippableTheory]
    [MemberData(nameof(Recorded))]
    public void The_rules_of_a_recorded_cluster_come_back_unchanged(string name)
    {
        KernelRequirements.Check();
        ConformanceCase recorded = ConformanceCases.Of(name);
        var simulator = new Simulator();
        simulator.Apply(ManifestReader.ReadText(recorded.States.Last(), name)).ThrowIfErrors();
        ShouldComeBack(simulator.Nodes.First());
    }

    private static void ShouldComeBack(SimulatedNode node)
    {
        using var namespaces = new NamespaceSet();
        NetworkNamespace machine = namespaces.Add();
        foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
        {
            string printed = SaveWriter.Write(node.Iptables.Rules(family));
            machine.Restore(family, printed);
            machine.Save(family).Should().Be(printed);
        }
    }
}
