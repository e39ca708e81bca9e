using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Fuzz.Targets;

/// <summary>Manifests: bad ones give diagnostics, never an exception, and good ones are taken by a cluster or refused with diagnostics.</summary>
internal sealed class ManifestTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "manifests";

    /// <inheritdoc/>
    public string Make(RandomSource random) => Mutator.From(random.NextBelow(3) == 0 ? Corpus.Clusters : Corpus.Manifests, random);

    /// <inheritdoc/>
    public void Check(string input)
    {
        ManifestResult read = ManifestReader.ReadText(input);
        ManifestResult again = ManifestReader.ReadText(input);
        FuzzException.ThrowUnless(read.Diagnostics == again.Diagnostics && read.Objects.Count == again.Objects.Count, "the same text was read in two ways");
        var simulator = new Simulator();
        ManifestResult applied = simulator.Apply(read);
        FuzzException.ThrowUnless(!applied.HasErrors || !simulator.Nodes.Any(), "manifests with errors were applied in part");
        foreach (Diagnostic diagnostic in applied.Diagnostics) FuzzException.ThrowUnless(diagnostic.ToString().Length > 0, "a diagnostic says nothing");
    }
}
