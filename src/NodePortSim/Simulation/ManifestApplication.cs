using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests;

namespace NodePortSim.Simulation;

/// <summary>Hands manifests to a cluster, and gives each of the cluster's errors its place in the file.</summary>
internal static class ManifestApplication
{
    public static ManifestResult Apply(ManifestResult manifests, Func<IReadOnlyList<KubernetesObject>, ApplyResult> apply)
    {
        if (manifests.HasErrors) return manifests;
        ApplyResult result = apply([.. manifests.Objects.Select(static manifest => manifest.Object)]);
        if (result.Errors.IsEmpty && result.Warnings.IsEmpty) return manifests;
        var diagnostics = new List<Diagnostic>(manifests.Diagnostics);
        foreach (ApplyError error in result.Errors) diagnostics.Add(Locate(manifests, error));
        string file = manifests.Objects.IsEmpty ? "" : manifests.Objects[0].Source.File;
        foreach (string warning in result.Warnings) diagnostics.Add(new Diagnostic(DiagnosticSeverity.Warning, file, 0, 0, null, warning));
        return manifests with { Diagnostics = diagnostics.ToEquatableArray() };
    }

    private static Diagnostic Locate(ManifestResult manifests, ApplyError error)
    {
        SourceMap source = manifests.Objects[Math.Clamp(error.ObjectIndex, 0, manifests.Objects.Count - 1)].Source;
        return source.Error(error.Field?.Field ?? "", error.Field is { } field ? field.ToString()[(field.Field.Length + 2)..] : error.Message);
    }
}
