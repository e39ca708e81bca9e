using System.Text.Json;
using NodePortSim.KernelTests.Flows;
using NodePortSim.KernelTests.Kernel;
using NodePortSim.Net;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.KernelTests;

/// <summary>Recorded clusters, built in the kernel of this machine: their flows end, are counted and are tracked there as in the simulator.</summary>
[Collection(nameof(KernelTotals))]
public sealed class FixedFlowTests(KernelTotals totals)
{
    private const int FlowsPerCase = 12;

    public static TheoryData<string> Cases =>
    [
        "01-lab-nodeport", "02-lab-nodeport-local", "07-nodeport-no-endpoints", "10-lb-source-ranges", "18-externalips", "20-internal-local",
        "21-both-local", "23-affinity-default", "26-terminating-fallback", "35-dns-udp-tcp", "38-dual-stack", "42-ipv6-only", "51-mixed",
        "52-masquerade-all", "66-localhost-nodeports-off", "73-lb-affinity-local",
    ];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Flows_leave_behind_what_the_kernel_leaves_behind(string name)
    {
        KernelRequirements.Check();
        ConformanceCase recorded = ConformanceCases.Of(name);
        using var comparison = new FlowComparison(recorded.States.Last() + "\n---\n" + recorded.Hosts);
        RecordedFlow[] all = JsonSerializer.Deserialize<RecordedFlow[]>(recorded.Flows, JsonSerializerOptions.Web)!;
        double step = Math.Max(1, (double)all.Length / FlowsPerCase);
        var differences = new List<string>();
        for (double i = 0; i < all.Length; i += step)
        {
            RecordedFlow flow = all[(int)i];
            var protocol = flow.Protocol == "udp" ? Protocol.Udp : Protocol.Tcp;
            differences.AddRange(comparison.Compare(new LabFlow(comparison.Reference.Host(flow.From).Name, protocol, IpEndpoint.Parse(flow.To))));
        }

        totals.Add("fixed", comparison.Totals);
        if (differences.Count > 0) Assert.Fail(string.Join('\n', differences));
    }

    private sealed record RecordedFlow(string From, string Protocol, string To);
}
