using NodePortSim.Collections;

namespace NodePortSim.Kubernetes;

/// <summary>The <c>metadata</c> of an object.</summary>
public sealed record ObjectMeta
{
    /// <summary><c>name</c>: unique in its kind and namespace.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>namespace</c>; "" where absent, until defaulting makes it <c>default</c> for kinds that live in one.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>generateName</c>: the prefix of a name that the API server completes.</summary>
    public string GenerateName { get; init; } = "";

    /// <summary><c>labels</c>.</summary>
    public StringMap Labels { get; init; }

    /// <summary><c>annotations</c>.</summary>
    public StringMap Annotations { get; init; }

    /// <summary><c>deletionTimestamp</c> as written; null unless the object is being deleted.</summary>
    public string? DeletionTimestamp { get; init; }
}
