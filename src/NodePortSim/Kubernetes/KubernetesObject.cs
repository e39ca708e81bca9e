namespace NodePortSim.Kubernetes;

/// <summary>An object of the Kubernetes API or of a configuration file: what a manifest's document holds. Immutable; thread-safe.</summary>
public abstract record KubernetesObject
{
    /// <summary>The object's <c>apiVersion</c>, such as <c>v1</c> or <c>discovery.k8s.io/v1</c>.</summary>
    public abstract string ApiVersion { get; }

    /// <summary>The object's <c>kind</c>.</summary>
    public abstract string Kind { get; }

    /// <summary><c>metadata</c>: who the object is.</summary>
    public ObjectMeta Metadata { get; init; } = new();

    /// <summary>The object's name.</summary>
    public string Name => Metadata.Name;

    /// <summary>The object's namespace; "" for kinds without one.</summary>
    public string Namespace => Metadata.Namespace;
}
