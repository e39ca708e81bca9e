using NodePortSim.Manifests;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary>Makes a simulation of the manifests that were given. Warnings go to standard error.</summary>
internal static class Inputs
{
    /// <exception cref="ManifestException">There are errors.</exception>
    public static Simulator Load(IEnumerable<string> files, SimulatorOptions options, CommandStreams streams)
    {
        var simulator = new Simulator(options);
        Warn(simulator.Apply(ManifestReader.Read(files, streams.Input)), streams);
        return simulator;
    }

    /// <summary>Makes the manifests of a path the cluster's whole state.</summary>
    /// <exception cref="ManifestException">There are errors.</exception>
    public static void Replace(Simulator simulator, string path, CommandStreams streams) =>
        Warn(simulator.Replace(ManifestReader.Read([path], streams.Input)), streams);

    private static void Warn(ManifestResult result, CommandStreams streams) => Warn(result.ThrowIfErrors().Diagnostics, streams);

    public static void Warn(IEnumerable<Diagnostic> warnings, CommandStreams streams)
    {
        foreach (Diagnostic warning in warnings) streams.Error.WriteLine(DiagnosticLine.Of(warning));
    }
}
