using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>A cluster's API server and controllers: the verbs that change its objects. Knows no network and no rules.</summary>
/// <remarks>
/// Each verb is all or nothing: objects are defaulted and validated, then allocators, scheduler and controllers run to their end, and only
/// if nothing failed the result becomes <see cref="State"/>. All problems are reported, not the first. Same options and verbs, same states.
/// Not thread-safe; the snapshots are.
/// </remarks>
internal sealed class ControlPlane
{
    private readonly ControlPlaneOptions _options;

    /// <summary>Starts a control plane.</summary>
    /// <param name="options">What it is started with.</param>
    /// <param name="state">The objects to start with, from a control plane of equal options; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range of node ports is empty or outside 1 to 65535.</exception>
    public ControlPlane(ControlPlaneOptions options, ClusterState? state = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstNodePort, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LastNodePort, options.FirstNodePort, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LastNodePort, 65535, nameof(options));
        _options = options;
        State = state ?? ClusterState.Empty;
    }

    /// <summary>The cluster as it is now.</summary>
    public ClusterState State { get; private set; }

    /// <summary>Raised after a verb changed the cluster, with what it changed; <see cref="State"/> is the new state already.</summary>
    public event Action<ClusterChange>? Changed;

    /// <summary>Creates objects or replaces those of their names, as <c>kubectl apply</c> does, in order: of two with one name the later wins.</summary>
    /// <param name="objects">The objects, of any kinds, defaulted or not.</param>
    public ApplyResult Apply(IReadOnlyList<KubernetesObject> objects)
    {
        var draft = new ClusterDraft(State, _options);
        for (int i = 0; i < objects.Count; i++) ObjectWriter.Write(draft, i, objects[i], WriteMode.Apply);
        return Finish(draft);
    }

    /// <summary>Makes the cluster hold exactly these objects and what controllers make of them; what it no longer has is deleted.</summary>
    /// <param name="objects">The objects, of any kinds, defaulted or not.</param>
    /// <remarks>Objects that stay keep what was allocated to them where they don't mention it; nothing is immutable here.</remarks>
    public ApplyResult Replace(IReadOnlyList<KubernetesObject> objects)
    {
        var draft = new ClusterDraft(State, _options);
        Forget(draft, objects);
        for (int i = 0; i < objects.Count; i++) ObjectWriter.Write(draft, i, objects[i], WriteMode.Replace);
        return Finish(draft);
    }

    /// <summary>Changes fields of a Service's spec, as <c>kubectl patch</c> does.</summary>
    /// <param name="service">The Service's namespace and name.</param>
    /// <param name="patch">Makes the new spec of the stored one.</param>
    public ApplyResult Patch(ObjectKey service, Func<ServiceSpec, ServiceSpec> patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var draft = new ClusterDraft(State, _options);
        if (!State.Services.TryGetValue(service, out Service? before)) return NotFound(draft, "Service", service);
        ObjectWriter.Write(draft, -1, before with { Spec = patch(before.Spec) }, WriteMode.Patch);
        return Finish(draft);
    }

    /// <summary>Sets the number of a Deployment's pods, as <c>kubectl scale</c> does.</summary>
    /// <param name="deployment">The Deployment's namespace and name.</param>
    /// <param name="replicas">The number of pods, 0 or more.</param>
    public ApplyResult Scale(ObjectKey deployment, int replicas)
    {
        var draft = new ClusterDraft(State, _options);
        if (!State.Deployments.TryGetValue(deployment, out Deployment? before)) return NotFound(draft, "Deployment", deployment);
        ObjectWriter.Write(draft, -1, before with { Spec = before.Spec with { Replicas = replicas } }, WriteMode.Patch);
        return Finish(draft);
    }

    /// <summary>Deletes an object, as <c>kubectl delete</c> does; controllers then make again what is theirs, such as a Deployment's pod.</summary>
    /// <param name="kind">The kind, by its name, plural or short name: <c>Service</c>, <c>services</c>, <c>svc</c>.</param>
    /// <param name="key">The object's namespace and name; the namespace counts only for kinds that live in one.</param>
    public ApplyResult Delete(string kind, ObjectKey key)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var draft = new ClusterDraft(State, _options);
        if (ResourceNames.Kind(kind) is not { } known)
        {
            draft.Errors.Add(new ApplyError(-1, kind, key, null, $"the server doesn't have a resource type \"{kind}\""));
            return draft.ToResult();
        }

        bool deleted = known switch
        {
            "Service" => draft.Services.Remove(key),
            "EndpointSlice" => draft.RemoveSlice(key),
            "Endpoints" => draft.Endpoints.Remove(key),
            "Pod" => draft.RemovePod(key),
            "Deployment" => draft.Deployments.Remove(key),
            "Node" => draft.RemoveNode(key.Name),
            _ => draft.ExternalClients.Remove(key.Name),
        };
        return deleted ? Finish(draft) : NotFound(draft, known, key);
    }

    private ApplyResult Finish(ClusterDraft draft)
    {
        Reconcile(draft);
        ApplyResult result = draft.ToResult();
        State = result.State;
        if (!result.Change.IsEmpty) Changed?.Invoke(result.Change);
        return result;
    }

    // Everything that depends on what a verb wrote, in the order in which one controller's work is the next one's input.
    private static void Reconcile(ClusterDraft draft)
    {
        ClusterNetworks networks = ClusterNetworks.Of(draft);
        if (draft.Errors.Count == 0) NodeController.Run(draft, networks);

        // Also where there are errors already, so that conflicts over addresses and ports are reported with them.
        ServiceAllocator.Run(draft, networks);
        if (draft.Errors.Count > 0) return;
        DeploymentController.Run(draft);
        Scheduler.Run(draft);
        PodAddressAllocator.Run(draft);
        EndpointSliceController.Run(draft);
        ServiceWarnings.Run(draft);
    }

    private static ApplyResult NotFound(ClusterDraft draft, string kind, ObjectKey key)
    {
        draft.Errors.Add(new ApplyError(-1, kind, key, null, ResourceNames.NotFound(kind, key.Name)));
        return draft.ToResult();
    }

    private static void Forget(ClusterDraft draft, IReadOnlyList<KubernetesObject> objects)
    {
        HashSet<(string, ObjectKey)> kept = [];
        foreach (KubernetesObject value in objects)
        {
            KubernetesObject defaulted = Kubernetes.Defaults.ObjectDefaults.Apply(value);
            kept.Add((defaulted.Kind, new ObjectKey(defaulted.Namespace, defaulted.Name)));
        }

        foreach ((ObjectKey key, _) in draft.Services.Snapshot())
            if (!kept.Contains(("Service", key))) draft.Services.Remove(key);
        foreach ((ObjectKey key, _) in draft.EndpointSlices.Snapshot())
            if (!draft.IsManagedSlice(key) && !kept.Contains(("EndpointSlice", key))) draft.RemoveSlice(key);
        foreach ((ObjectKey key, _) in draft.Endpoints.Snapshot())
            if (!kept.Contains(("Endpoints", key))) draft.Endpoints.Remove(key);
        foreach ((ObjectKey key, _) in draft.Pods.Snapshot())
            if (!draft.PodOwners.Contains(key) && !kept.Contains(("Pod", key))) draft.RemovePod(key);
        foreach ((ObjectKey key, _) in draft.Deployments.Snapshot())
            if (!kept.Contains(("Deployment", key))) draft.Deployments.Remove(key);
        foreach ((string name, _) in draft.Nodes.Snapshot())
            if (!draft.IsManagedNode(name) && !kept.Contains(("Node", new ObjectKey("", name)))) draft.RemoveNode(name);
        foreach ((string name, _) in draft.ExternalClients.Snapshot())
            if (!kept.Contains(("ExternalClient", new ObjectKey("", name)))) draft.ExternalClients.Remove(name);
        if (!objects.Any(static value => value is NetworkConfiguration)) draft.Network = null;
        if (!objects.Any(static value => value is KubeProxyConfiguration)) draft.KubeProxyConfiguration = null;
        if (!objects.Any(static value => value is KindCluster)) draft.KindCluster = null;
    }
}
