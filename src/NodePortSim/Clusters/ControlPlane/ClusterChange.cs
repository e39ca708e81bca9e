using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>What differs between two snapshots of a cluster: the keys of objects that were added, changed or removed, in order.</summary>
/// <remarks>A key that is not in the newer <see cref="ClusterState"/> was removed. Thread-safe: it never changes.</remarks>
public sealed record ClusterChange
{
    /// <summary>No difference.</summary>
    public static ClusterChange None { get; } = new();

    /// <summary>The Services that differ.</summary>
    public EquatableArray<ObjectKey> Services { get; init; }

    /// <summary>The EndpointSlices that differ.</summary>
    public EquatableArray<ObjectKey> EndpointSlices { get; init; }

    /// <summary>The Services whose EndpointSlices differ, whether or not the Services themselves do or exist.</summary>
    public EquatableArray<ObjectKey> ServicesOfSlices { get; init; }

    /// <summary>The Endpoints objects that differ.</summary>
    public EquatableArray<ObjectKey> Endpoints { get; init; }

    /// <summary>The Pods that differ.</summary>
    public EquatableArray<ObjectKey> Pods { get; init; }

    /// <summary>The Deployments that differ.</summary>
    public EquatableArray<ObjectKey> Deployments { get; init; }

    /// <summary>The names of the Nodes that differ.</summary>
    public EquatableArray<string> Nodes { get; init; }

    /// <summary>The names of the external clients that differ.</summary>
    public EquatableArray<string> ExternalClients { get; init; }

    /// <summary>Whether the Network, kube-proxy's configuration or kind's configuration differ.</summary>
    public bool Configuration { get; init; }

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => this == None;
}
