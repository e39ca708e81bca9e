using NodePortSim.Clusters.ControlPlane;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>Prints a cluster's objects in the tables of <c>kubectl get</c>. Thread-safe.</summary>
public static class KubectlGet
{
    /// <summary>The output of <c>kubectl get</c> for some kinds of objects: one table each, in the order given, an empty line between them.</summary>
    /// <param name="state">The cluster's objects.</param>
    /// <param name="resources">
    /// Deployments, pods, services or endpoints, by any name that kubectl takes, joined by commas: <c>deploy,pod,svc,ep</c>. Where there are
    /// several, names are printed with their resource: <c>pod/NAME</c>.
    /// </param>
    /// <param name="options">The flags; null for none.</param>
    /// <returns>The lines, each ending in a line feed. A kind without objects has no table.</returns>
    /// <exception cref="ArgumentException">A resource is unknown, or not one of these four.</exception>
    public static string Print(ClusterState state, string resources, KubectlGetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(resources);
        options ??= KubectlGetOptions.Default;
        string[] names = resources.Split(',');
        List<string> tables = [];
        foreach (string name in names)
        {
            KubectlTable table = TableOf(name, state, options);
            if (table.IsEmpty) continue;
            tables.Add(table.Print(options, withResource: names.Length > 1));
        }

        if (tables.Count > 0) return string.Join('\n', tables);
        return options.Namespace is { } space ? $"No resources found in {space} namespace.\n" : "No resources found\n";
    }

    private static KubectlTable TableOf(string resource, ClusterState state, KubectlGetOptions options) => ResourceNames.Kind(resource) switch
    {
        "Deployment" => DeploymentTable.Of(state, options),
        "Pod" => PodTable.Of(state, options),
        "Service" => ServiceTable.Of(state, options),
        "Endpoints" => EndpointsTable.Of(state, options),
        null => throw new ArgumentException($"the server doesn't have a resource type \"{resource}\"", nameof(resource)),
        _ => throw new ArgumentException($"no table of \"{resource}\" is known, only those of deployments, pods, services and endpoints", nameof(resource)),
    };
}
