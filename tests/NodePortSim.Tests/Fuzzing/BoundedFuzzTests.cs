using NodePortSim.Fuzz;

namespace NodePortSim.Tests.Fuzzing;

/// <summary>A short run of the fuzz program's targets with fixed seeds; a long one is <c>dotnet run -c Release --project tests/NodePortSim.Fuzz</c>.</summary>
public class BoundedFuzzTests
{
    [Theory]
    [InlineData("manifests", 400)]
    [InlineData("save", 1000)]
    [InlineData("restore", 1000)]
    [InlineData("scenario", 2000)]
    [InlineData("arguments", 200)]
    [InlineData("packets", 60)]
    public void Whatever_the_input_is_nothing_breaks(string target, int iterations)
    {
        IFuzzTarget fuzzed = FuzzRun.Targets.Single(t => t.Name == target);
        for (ulong seed = 1; seed <= 2; seed++)
            for (int i = 0; i < iterations / 2; i++)
                (FuzzRun.Iterate(fuzzed, seed, i)?.ToString() ?? "").Should().BeEmpty();
    }

    [Fact]
    public void The_same_seed_and_iteration_give_the_same_input_and_others_give_others()
    {
        foreach (IFuzzTarget target in FuzzRun.Targets)
        {
            FuzzRun.Input(target, 7, 3).Should().Be(FuzzRun.Input(target, 7, 3));
            Enumerable.Range(0, 20).Select(i => FuzzRun.Input(target, 7, i)).Distinct().Should().HaveCountGreaterThan(10);
        }
    }
}
