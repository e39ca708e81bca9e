using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Scenarios;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Scenarios: bad ones give diagnostics, never an exception.</summary>
internal sealed class ScenarioTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "scenario";

    /// <inheritdoc/>
    public string Make(RandomSource random) => Mutator.From(Corpus.Scenarios, random);

    /// <inheritdoc/>
    public void Check(string input)
    {
        ScenarioReadResult read = ScenarioReader.ReadText(input);
        ScenarioReadResult again = ScenarioReader.ReadText(input);
        FuzzException.ThrowUnless(read.Diagnostics == again.Diagnostics && read.Scenarios.Count == again.Scenarios.Count, "the same text was read in two ways");
        foreach (Diagnostic diagnostic in read.Diagnostics) FuzzException.ThrowUnless(diagnostic.ToString().Length > 0, "a diagnostic says nothing");
    }
}
