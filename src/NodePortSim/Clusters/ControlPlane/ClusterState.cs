using System.Collections.Immutable;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>All objects of a cluster at one moment: what the API server has stored, defaulted, allocated and made by controllers.</summary>
/// <remarks>
/// An immutable snapshot; thread-safe. Two snapshots share every object that did not change between them, so a consumer may compare by
/// reference. Pods of Deployments and EndpointSlices of selectors are contained like those that were given.
/// </remarks>
public sealed record ClusterState
{
    /// <summary>A cluster without objects.</summary>
    public static ClusterState Empty { get; } = new();

    /// <summary>The Services by namespace and name.</summary>
    public ImmutableSortedDictionary<ObjectKey, Service> Services { get; init; } = ImmutableSortedDictionary<ObjectKey, Service>.Empty;

    /// <summary>The EndpointSlices by namespace and name: given ones, those of selectors, and those mirrored from Endpoints.</summary>
    public ImmutableSortedDictionary<ObjectKey, EndpointSlice> EndpointSlices { get; init; } =
        ImmutableSortedDictionary<ObjectKey, EndpointSlice>.Empty;

    /// <summary>The Endpoints objects that were given; <see cref="EndpointsOf"/> shows those of other Services.</summary>
    public ImmutableSortedDictionary<ObjectKey, Endpoints> Endpoints { get; init; } = ImmutableSortedDictionary<ObjectKey, Endpoints>.Empty;

    /// <summary>The Pods by namespace and name: given ones and those of Deployments.</summary>
    public ImmutableSortedDictionary<ObjectKey, Pod> Pods { get; init; } = ImmutableSortedDictionary<ObjectKey, Pod>.Empty;

    /// <summary>The Deployments by namespace and name.</summary>
    public ImmutableSortedDictionary<ObjectKey, Deployment> Deployments { get; init; } =
        ImmutableSortedDictionary<ObjectKey, Deployment>.Empty;

    /// <summary>The Nodes by name: given ones and those of kind's configuration.</summary>
    public ImmutableSortedDictionary<string, Node> Nodes { get; init; } =
        ImmutableSortedDictionary<string, Node>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The hosts outside the cluster, by name.</summary>
    public ImmutableSortedDictionary<string, ExternalClient> ExternalClients { get; init; } =
        ImmutableSortedDictionary<string, ExternalClient>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>How pods and nodes are wired; null where none was given.</summary>
    public NetworkConfiguration? Network { get; init; }

    /// <summary>kube-proxy's configuration; null where none was given.</summary>
    public KubeProxyConfiguration? KubeProxyConfiguration { get; init; }

    /// <summary>kind's configuration; null where none was given.</summary>
    public KindCluster? KindCluster { get; init; }

    /// <summary>The Deployment that each pod made for one belongs to.</summary>
    internal ImmutableSortedDictionary<ObjectKey, PodOwner> PodOwners { get; init; } = ImmutableSortedDictionary<ObjectKey, PodOwner>.Empty;

    /// <summary>The EndpointSlices that a controller made and may change or remove.</summary>
    internal ImmutableSortedSet<ObjectKey> ManagedSlices { get; init; } = [];

    /// <summary>The Nodes that kind's configuration made.</summary>
    internal ImmutableSortedSet<string> ManagedNodes { get; init; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>The names of each Service's EndpointSlices.</summary>
    internal ImmutableDictionary<ObjectKey, ImmutableSortedSet<string>> SliceNames { get; init; } =
        ImmutableDictionary<ObjectKey, ImmutableSortedSet<string>>.Empty;

    /// <summary>How many pods each Deployment has ever had: the next pod's ordinal.</summary>
    internal ImmutableSortedDictionary<ObjectKey, int> PodsCreated { get; init; } = ImmutableSortedDictionary<ObjectKey, int>.Empty;

    /// <summary>The EndpointSlices of a Service, by name; empty where it has none or does not exist.</summary>
    /// <param name="service">The Service's namespace and name.</param>
    public EquatableArray<EndpointSlice> SlicesOf(ObjectKey service) => SliceNames.TryGetValue(service, out ImmutableSortedSet<string>? names)
        ? names.Select(name => EndpointSlices[new ObjectKey(service.Namespace, name)]).ToEquatableArray()
        : [];

    /// <summary>The Endpoints object of a Service as <c>kubectl get endpoints</c> would show it, or null where it has none.</summary>
    /// <param name="service">The Service's namespace and name.</param>
    /// <remarks>The given object, or one of the Service's slices of its first family where it has a selector.</remarks>
    public Endpoints? EndpointsOf(ObjectKey service) => EndpointsView.Of(this, service);

    /// <summary>The Deployment that a pod belongs to, or null where the pod was given or does not exist.</summary>
    /// <param name="pod">The Pod's namespace and name.</param>
    public ObjectKey? DeploymentOf(ObjectKey pod) => PodOwners.TryGetValue(pod, out PodOwner? owner) ? owner.Deployment : null;

    /// <summary>Whether two snapshots hold equal objects.</summary>
    /// <param name="other">The other snapshot.</param>
    public bool Equals(ClusterState? other) => ReferenceEquals(this, other)
        || other is not null
        && Same(Services, other.Services) && Same(EndpointSlices, other.EndpointSlices) && Same(Endpoints, other.Endpoints)
        && Same(Pods, other.Pods) && Same(Deployments, other.Deployments) && Same(Nodes, other.Nodes)
        && Same(ExternalClients, other.ExternalClients)
        && Network == other.Network && KubeProxyConfiguration == other.KubeProxyConfiguration && KindCluster == other.KindCluster;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Services.Count, EndpointSlices.Count, Pods.Count, Nodes.Count);

    private static bool Same<TKey, TValue>(ImmutableSortedDictionary<TKey, TValue> left, ImmutableSortedDictionary<TKey, TValue> right)
        where TKey : notnull
        => ReferenceEquals(left, right) || left.Count == right.Count && left.SequenceEqual(right);
}

/// <summary>Who made a pod.</summary>
/// <param name="Deployment">The Deployment.</param>
/// <param name="TemplateHash">The hash of the template that the pod was made of.</param>
/// <param name="Ordinal">How many pods the Deployment had had before: a larger one is younger.</param>
internal sealed record PodOwner(ObjectKey Deployment, string TemplateHash, int Ordinal);
