namespace NodePortSim.Clusters.ControlPlane;

/// <summary>The kinds that can be deleted, by the names that kubectl takes, and the resources that its messages speak of.</summary>
internal static class ResourceNames
{
    /// <summary>The kind that a text means: its name, its plural, or its short name, in any case; null for an unknown one.</summary>
    public static string? Kind(string text) => text.ToLowerInvariant() switch
    {
        "service" or "services" or "svc" => "Service",
        "endpointslice" or "endpointslices" or "endpointslices.discovery.k8s.io" => "EndpointSlice",
        "endpoints" or "ep" => "Endpoints",
        "pod" or "pods" or "po" => "Pod",
        "deployment" or "deployments" or "deploy" or "deployments.apps" => "Deployment",
        "node" or "nodes" or "no" => "Node",
        "externalclient" or "externalclients" => "ExternalClient",
        _ => null,
    };

    /// <summary>What kubectl says of an object that is not there: <c>deployments.apps "web" not found</c>.</summary>
    public static string NotFound(string kind, string name) => $"{Resource(kind)} \"{name}\" not found";

    private static string Resource(string kind) => kind switch
    {
        "Service" => "services",
        "EndpointSlice" => "endpointslices.discovery.k8s.io",
        "Endpoints" => "endpoints",
        "Pod" => "pods",
        "Deployment" => "deployments.apps",
        "Node" => "nodes",
        _ => "externalclients.nodeportsim.dev",
    };
}
