using NodePortSim.Collections;
using NodePortSim.Manifests.Binding;

namespace NodePortSim.Scenarios;

/// <summary>Binds a nodeportsim.dev/v1alpha1 Scenario.</summary>
internal static class ScenarioBinder
{
    public static Scenario Bind(MappingBinder root, string directory)
    {
        MappingBinder metadata = root.Mapping("metadata");
        MappingBinder spec = root.Mapping("spec");
        string name = metadata.RequiredString("name");
        metadata.Ignore("namespace", "labels", "annotations");
        metadata.RefuseUnknown();
        var steps = new ScenarioStepBinder(directory);
        var bound = new Scenario
        {
            Name = name,
            Files = Paths(spec, "files", directory),
            Seed = spec.UInt64("seed"),
            Steps = spec.List("steps", steps.Bind).OfType<ScenarioStep>().ToEquatableArray(),
        };
        spec.RefuseUnknown();
        root.RefuseUnknown();
        return bound;
    }

    /// <summary>A list of paths; those that are relative are so to a directory.</summary>
    public static EquatableArray<string> Paths(MappingBinder owner, string field, string directory) =>
        owner.Strings(field).Select(path => path.Length > 0 ? Path.Combine(directory, path) : path).ToEquatableArray();
}
