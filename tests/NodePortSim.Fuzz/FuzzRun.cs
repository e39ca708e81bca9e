using NodePortSim.Fuzz.Targets;
using NodePortSim.Net;

namespace NodePortSim.Fuzz;

/// <summary>Runs iterations of targets. Each iteration has a generator of its own, so that any of them can be had again alone.</summary>
internal static class FuzzRun
{
    /// <summary>All targets.</summary>
    public static IReadOnlyList<IFuzzTarget> Targets { get; } =
        [new ManifestTarget(), new SaveTarget(), new RestoreTarget(), new ScenarioTarget(), new CommandLineTarget(), new PacketTarget()];

    /// <summary>The input of an iteration.</summary>
    public static string Input(IFuzzTarget target, ulong seed, long iteration) =>
        target.Make(RandomSource.For(seed, $"{target.Name}/{iteration}"));

    /// <summary>Runs one iteration.</summary>
    /// <returns>What was found, or null.</returns>
    public static FuzzFinding? Iterate(IFuzzTarget target, ulong seed, long iteration)
    {
        string input = Input(target, seed, iteration);
        try
        {
            target.Check(input);
            return null;
        }
#pragma warning disable CA1031 // Whatever comes out is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new FuzzFinding(target.Name, seed, iteration, input, e);
        }
    }
}
