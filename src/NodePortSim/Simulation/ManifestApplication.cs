using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Manifests;

namespace NodePortSim.Simulation;

/// <summary>Hands manifests to a cluster, and gives each of the cluster's errors its place in the file.</summary>
internal static class ManifestApplication
{
    public static ManifestResult Apply(ManifestResult manifests, Func<IReadOnlyList<KubernetesObject>, ApplyResult> apply)
    {
        if (manifests.HasErrors) return manifests with { Diagnostics = WithFurtherErrors(manifests) };
        ApplyResult result = apply(ObjectsOf(manifests.Objects));
        if (result.Errors.IsEmpty && result.Warnings.IsEmpty) return manifests;
        var diagnostics = new List<Diagnostic>(manifests.Diagnostics);
        foreach (ApplyError error in result.Errors) diagnostics.Add(Locate(manifests.Objects, error));
        string file = manifests.Objects.IsEmpty ? "" : manifests.Objects[0].Source.File;
        foreach (string warning in result.Warnings) diagnostics.Add(new Diagnostic(DiagnosticSeverity.Warning, file, 0, 0, null, warning));
        return manifests with { Diagnostics = Sorted(diagnostics) };
    }

    /// <summary>The errors of reading, and what a cluster would say of what could be read: a user wants all problems at once.</summary>
    private static EquatableArray<Diagnostic> WithFurtherErrors(ManifestResult manifests)
    {
        // Without kind's networks, or without a document that could not be read at all, a cluster would complain of what follows from that.
        if (manifests.Incomplete.Any(static manifest => manifest.Object is KindCluster)) return manifests.Diagnostics;
        if (manifests.Diagnostics.Any(static d => d is { Severity: DiagnosticSeverity.Error, Field: null })) return manifests.Diagnostics;
        var places = manifests.Diagnostics.Select(static d => (d.File, d.Line, d.Column)).ToHashSet();
        EquatableArray<ManifestObject> all = manifests.Objects.Concat(manifests.Incomplete.Select(manifest => WithPermissiveType(manifest, places))).ToEquatableArray();
        var scratch = new ControlPlane(new ControlPlaneOptions());
        var diagnostics = new List<Diagnostic>(manifests.Diagnostics);
        foreach (ApplyError error in scratch.Apply(ObjectsOf(all)).Errors)
        {
            // A field of a wrong type counts as absent: that it is required has been said in other words.
            Diagnostic further = Locate(all, error);
            if (!places.Contains((further.File, further.Line, further.Column))) diagnostics.Add(further);
        }

        return Sorted(diagnostics);
    }

    // A type that could not be read counts as absent, which would forbid fields that the meant one allows. LoadBalancer allows the most.
    private static ManifestObject WithPermissiveType(ManifestObject manifest, HashSet<(string File, int Line, int Column)> places) =>
        manifest.Object is Service { Spec.Type: null } service && places.Contains(manifest.Source.Locate("spec.type"))
        ? manifest with { Object = service with { Spec = service.Spec with { Type = ServiceType.LoadBalancer } } }
        : manifest;

    private static KubernetesObject[] ObjectsOf(EquatableArray<ManifestObject> manifests) => [.. manifests.Select(static manifest => manifest.Object)];

    /// <summary>Files stay in their order; in each the problems are sorted by place.</summary>
    private static EquatableArray<Diagnostic> Sorted(List<Diagnostic> diagnostics)
    {
        List<string> files = [.. diagnostics.Select(static d => d.File).Distinct()];
        return diagnostics.OrderBy(d => files.IndexOf(d.File)).ThenBy(static d => d.Line).ThenBy(static d => d.Column).ToEquatableArray();
    }

    private static Diagnostic Locate(EquatableArray<ManifestObject> manifests, ApplyError error)
    {
        SourceMap source = manifests[Math.Clamp(error.ObjectIndex, 0, manifests.Count - 1)].Source;
        return source.Error(error.Field?.Field ?? "", error.Field is { } field ? field.ToString()[(field.Field.Length + 2)..] : error.Message);
    }
}
