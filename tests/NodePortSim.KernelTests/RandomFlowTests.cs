using System.Globalization;
using NodePortSim.KernelTests.Flows;
using NodePortSim.KernelTests.Kernel;

namespace NodePortSim.KernelTests;

/// <summary>
/// Clusters made at random, built in the kernel of this machine. <c>NODEPORTSIM_KERNEL_CASES</c> says how many, <c>NODEPORTSIM_KERNEL_SEED</c> the
/// first one's seed; a case's seed is its name.
/// </summary>
[Collection(nameof(KernelTotals))]
public sealed class RandomFlowTests(KernelTotals totals)
{
    private const int DefaultCases = 5;

    public static TheoryData<ulong> Seeds
    {
        get
        {
            ulong first = Setting("NODEPORTSIM_KERNEL_SEED", 1);
            return [.. Enumerable.Range(0, (int)Setting("NODEPORTSIM_KERNEL_CASES", DefaultCases)).Select(i => first + (ulong)i)];
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public void Flows_of_a_random_cluster_leave_behind_what_the_kernel_leaves_behind(ulong seed)
    {
        KernelRequirements.Check();
        RandomCluster cluster = RandomCluster.Create(seed);
        using var comparison = new FlowComparison(cluster.Manifests);
        string[] differences = [.. comparison.ChangedRules, .. cluster.Flows.SelectMany(comparison.Compare)];
        totals.Add("random", comparison.Totals);
        if (differences.Length > 0) Assert.Fail($"seed {seed}:\n{string.Join('\n', differences)}\n\n{cluster.Manifests}");
    }

    private static ulong Setting(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : otherwise;
}
