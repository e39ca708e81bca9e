namespace NodePortSim.Clusters.Kubectl;

/// <summary>The flags of <c>kubectl get</c>. Immutable; thread-safe.</summary>
public sealed record KubectlGetOptions
{
    /// <summary>What <c>kubectl get</c> shows without flags.</summary>
    public static KubectlGetOptions Default { get; } = new();

    /// <summary><c>-n</c>: whose objects to show; null for those of all namespaces (<c>-A</c>), with a column that names them.</summary>
    /// <value>The default is <c>default</c>.</value>
    public string? Namespace { get; init; } = "default";

    /// <summary><c>-o wide</c>: also nodes, addresses, images and selectors.</summary>
    /// <value>The default is false.</value>
    public bool Wide { get; init; }

    /// <summary>How long ago the objects were created, in virtual time; zero or more.</summary>
    /// <value>The default is zero.</value>
    /// <remarks>A cluster's state holds no creation times, so that all objects show one age: usually that of the simulation.</remarks>
    public TimeSpan Age { get; init; }
}
