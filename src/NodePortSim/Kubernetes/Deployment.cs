using NodePortSim.Collections;

namespace NodePortSim.Kubernetes;

/// <summary>An apps/v1 Deployment.</summary>
public sealed record Deployment : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "apps/v1";

    /// <inheritdoc/>
    public override string Kind => "Deployment";

    /// <summary><c>spec</c>.</summary>
    public DeploymentSpec Spec { get; init; } = new();
}

/// <summary>The <c>spec</c> of a Deployment.</summary>
public sealed record DeploymentSpec
{
    /// <summary><c>replicas</c>, 0 or more; defaults to 1.</summary>
    public int? Replicas { get; init; }

    /// <summary><c>selector.matchLabels</c>: the labels of the pods that belong to the Deployment.</summary>
    public StringMap Selector { get; init; }

    /// <summary><c>template</c>: what its pods look like.</summary>
    public PodTemplate Template { get; init; } = new();
}

/// <summary>The <c>template</c> of a Deployment.</summary>
public sealed record PodTemplate
{
    /// <summary><c>metadata</c>: the labels and annotations of the pods.</summary>
    public ObjectMeta Metadata { get; init; } = new();

    /// <summary><c>spec</c> of the pods.</summary>
    public PodSpec Spec { get; init; } = new();
}
