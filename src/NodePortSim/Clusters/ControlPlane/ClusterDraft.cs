using System.Collections.Immutable;
using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Kubernetes.Validation;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>A cluster while a verb works on it: controllers write here, and only a draft without errors becomes the state.</summary>
internal sealed class ClusterDraft
{
    private readonly ImmutableDictionary<ObjectKey, ImmutableSortedSet<string>>.Builder _sliceNames;
    private readonly ImmutableSortedSet<ObjectKey>.Builder _managedSlices;
    private readonly ImmutableSortedSet<string>.Builder _managedNodes;
    private readonly ImmutableSortedDictionary<ObjectKey, int>.Builder _podsCreated;
    private readonly HashSet<ObjectKey> _servicesOfSlices = [];

    /// <summary>A draft that begins as <paramref name="before"/>.</summary>
    public ClusterDraft(ClusterState before, ControlPlaneOptions options)
    {
        Before = before;
        Options = options;
        Services = new(before.Services);
        EndpointSlices = new(before.EndpointSlices);
        Endpoints = new(before.Endpoints);
        Pods = new(before.Pods);
        Deployments = new(before.Deployments);
        Nodes = new(before.Nodes);
        ExternalClients = new(before.ExternalClients);
        PodOwners = new(before.PodOwners);
        Network = before.Network;
        KubeProxyConfiguration = before.KubeProxyConfiguration;
        KindCluster = before.KindCluster;
        _sliceNames = before.SliceNames.ToBuilder();
        _managedSlices = before.ManagedSlices.ToBuilder();
        _managedNodes = before.ManagedNodes.ToBuilder();
        _podsCreated = before.PodsCreated.ToBuilder();
    }

    public ClusterState Before { get; }

    public ControlPlaneOptions Options { get; }

    public DraftTable<ObjectKey, Service> Services { get; }

    public DraftTable<ObjectKey, EndpointSlice> EndpointSlices { get; }

    public DraftTable<ObjectKey, Endpoints> Endpoints { get; }

    public DraftTable<ObjectKey, Pod> Pods { get; }

    public DraftTable<ObjectKey, Deployment> Deployments { get; }

    public DraftTable<string, Node> Nodes { get; }

    public DraftTable<string, ExternalClient> ExternalClients { get; }

    public DraftTable<ObjectKey, PodOwner> PodOwners { get; }

    public NetworkConfiguration? Network { get; set; }

    public KubeProxyConfiguration? KubeProxyConfiguration { get; set; }

    public KindCluster? KindCluster { get; set; }

    /// <summary>The Services that the verb writes, with what the allocators need to know of them.</summary>
    public Dictionary<ObjectKey, ServiceRequest> ServiceRequests { get; } = [];

    public List<ApplyError> Errors { get; } = [];

    public SortedSet<string> Warnings { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> ManagedNodes => _managedNodes;

    public bool IsManagedSlice(ObjectKey key) => _managedSlices.Contains(key);

    public bool IsManagedNode(string name) => _managedNodes.Contains(name);

    /// <summary>The keys of a Service's slices.</summary>
    public IEnumerable<ObjectKey> SliceKeys(ObjectKey service) => _sliceNames.TryGetValue(service, out ImmutableSortedSet<string>? names)
        ? names.Select(name => new ObjectKey(service.Namespace, name))
        : [];

    public void Error(int index, KubernetesObject value, FieldError error) => Errors.Add(ApplyError.Of(index, value, error));

    /// <summary>Writes a slice and files it under its Service.</summary>
    public void PutSlice(ObjectKey key, EndpointSlice slice, bool managed)
    {
        if (EndpointSlices.TryGet(key, out EndpointSlice? old) && old.ServiceName != slice.ServiceName) Unfile(key, old);
        EndpointSlices.Put(key, slice);
        if (managed) _managedSlices.Add(key);
        else _managedSlices.Remove(key);
        if (slice.ServiceName is not { } name) return;
        var service = new ObjectKey(key.Namespace, name);
        _servicesOfSlices.Add(service);
        ImmutableSortedSet<string> names = _sliceNames.GetValueOrDefault(service) ?? ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);
        _sliceNames[service] = names.Add(key.Name);
    }

    /// <summary>Removes a slice.</summary>
    public bool RemoveSlice(ObjectKey key)
    {
        if (!EndpointSlices.TryGet(key, out EndpointSlice? old)) return false;
        Unfile(key, old);
        _managedSlices.Remove(key);
        return EndpointSlices.Remove(key);
    }

    /// <summary>Writes a Node that a configuration asks for (managed) or that was given.</summary>
    public void PutNode(Node node, bool managed)
    {
        Nodes.Put(node.Name, node);
        if (managed) _managedNodes.Add(node.Name);
        else _managedNodes.Remove(node.Name);
    }

    /// <summary>Removes a node and, as the pod garbage collector does, its pods.</summary>
    public bool RemoveNode(string name)
    {
        _managedNodes.Remove(name);
        if (!Nodes.Remove(name)) return false;
        foreach ((ObjectKey key, Pod pod) in Pods.Snapshot())
            if (pod.Spec.NodeName == name) RemovePod(key);
        return true;
    }

    public bool RemovePod(ObjectKey key)
    {
        PodOwners.Remove(key);
        return Pods.Remove(key);
    }

    /// <summary>The ordinal of a Deployment's next pod.</summary>
    public int NextOrdinal(ObjectKey deployment)
    {
        int ordinal = _podsCreated.GetValueOrDefault(deployment);
        _podsCreated[deployment] = ordinal + 1;
        return ordinal;
    }

    /// <summary>The Services whose slices were touched.</summary>
    public IReadOnlyCollection<ObjectKey> ServicesOfSlices => _servicesOfSlices;

    /// <summary>What came of the verb: the new state, or the old one where there are errors.</summary>
    public ApplyResult ToResult() => Errors.Count > 0
        ? new ApplyResult(Before, ClusterChange.None, Errors.OrderBy(static error => error.ObjectIndex).ToEquatableArray(), Warnings.ToEquatableArray())
        : new ApplyResult(ToState(), ToChange(), [], Warnings.ToEquatableArray());

    private ClusterState ToState() => Before with
    {
        Services = Services.ToImmutable(),
        EndpointSlices = EndpointSlices.ToImmutable(),
        Endpoints = Endpoints.ToImmutable(),
        Pods = Pods.ToImmutable(),
        Deployments = Deployments.ToImmutable(),
        Nodes = Nodes.ToImmutable(),
        ExternalClients = ExternalClients.ToImmutable(),
        PodOwners = PodOwners.ToImmutable(),
        Network = Network,
        KubeProxyConfiguration = KubeProxyConfiguration,
        KindCluster = KindCluster,
        SliceNames = _sliceNames.ToImmutable(),
        ManagedSlices = _managedSlices.ToImmutable(),
        ManagedNodes = _managedNodes.ToImmutable(),
        PodsCreated = _podsCreated.ToImmutable(),
    };

    private ClusterChange ToChange()
    {
        EquatableArray<ObjectKey> slices = EndpointSlices.Changes();
        return new ClusterChange
        {
            Services = Services.Changes(),
            EndpointSlices = slices,
            ServicesOfSlices = slices.SelectMany(ServicesOf).Distinct().Order().ToEquatableArray(),
            Endpoints = Endpoints.Changes(),
            Pods = Pods.Changes(),
            Deployments = Deployments.Changes(),
            Nodes = Nodes.Changes(),
            ExternalClients = ExternalClients.Changes(),
            Configuration = Network != Before.Network || KubeProxyConfiguration != Before.KubeProxyConfiguration || KindCluster != Before.KindCluster,
        };
    }

    private IEnumerable<ObjectKey> ServicesOf(ObjectKey slice)
    {
        if (Before.EndpointSlices.TryGetValue(slice, out EndpointSlice? old) && old.ServiceName is { } was) yield return new ObjectKey(slice.Namespace, was);
        if (EndpointSlices.TryGet(slice, out EndpointSlice? changed) && changed.ServiceName is { } name) yield return new ObjectKey(slice.Namespace, name);
    }

    private void Unfile(ObjectKey key, EndpointSlice slice)
    {
        if (slice.ServiceName is not { } name) return;
        var service = new ObjectKey(key.Namespace, name);
        _servicesOfSlices.Add(service);
        if (!_sliceNames.TryGetValue(service, out ImmutableSortedSet<string>? names)) return;
        names = names.Remove(key.Name);
        if (names.IsEmpty) _sliceNames.Remove(service);
        else _sliceNames[service] = names;
    }
}
