using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Writes one object into a draft as the API server does: names it, defaults it, keeps what was allocated, validates it, stores it.</summary>
internal static class ObjectWriter
{
    /// <summary>Writes an object; its problems become errors of the draft, and then it is not written.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="index">Which of the verb's objects it is, counted from 0; -1 where the verb has no objects.</param>
    /// <param name="value">The object as given.</param>
    /// <param name="mode">Whether the stored object of its name is changed, or replaced whatever it was.</param>
    public static void Write(ClusterDraft draft, int index, KubernetesObject value, WriteMode mode)
    {
        bool stored = value is Service given && ServiceRequest.IsStored(given) && mode != WriteMode.Patch;
        value = ObjectDefaults.Apply(Named(draft, index, value));
        KubernetesObject? before = Find(draft, value);
        if (before is not null) value = Inherit(before, value, stored);
        int errors = draft.Errors.Count;
        foreach (FieldError error in ObjectValidation.Validate(value)) draft.Error(index, value, error);
        if (before is not null && mode != WriteMode.Replace && draft.Errors.Count == errors)
            foreach (FieldError error in ObjectValidation.ValidateUpdate(before, value)) draft.Error(index, value, error);
        if (draft.Errors.Count > errors)
        {
            if (value is Service refused) ReportNodePorts(draft, index, refused, errors);
            return;
        }

        Store(draft, value);
        if (value is not Service) return;
        var key = new ObjectKey(value.Namespace, value.Name);

        // Of two objects with one name the later one wins, as when kubectl applies them one after the other.
        draft.ServiceRequests[key] = new ServiceRequest(index, key, stored, mode == WriteMode.Patch);
    }

    // The allocator never sees a Service that is refused; what it would say of node ports belongs to the problems that are listed at once.
    private static void ReportNodePorts(ClusterDraft draft, int index, Service service, int errors)
    {
        if (!service.Spec.NeedsNodePorts()) return;
        var reported = draft.Errors.Skip(errors).Select(static error => error.Field?.Field).ToHashSet();
        for (int i = 0; i < service.Spec.Ports.Count; i++)
        {
            int port = service.Spec.Ports[i].NodePort;
            FieldPath path = FieldPath.Spec.Child("ports").Index(i).Child("nodePort");
            if (port == 0 || reported.Contains(path.Text)) continue;
            if (NodePortAllocator.RangeProblem(port, draft.Options.FirstNodePort, draft.Options.LastNodePort) is { } problem)
                draft.Error(index, service, FieldError.Invalid(path, port, problem));
        }
    }

    private static KubernetesObject Named(ClusterDraft draft, int index, KubernetesObject value)
    {
        ObjectMeta metadata = value.Metadata;
        if (metadata.Name.Length > 0 || metadata.GenerateName.Length == 0) return value;
        RandomSource random = RandomSource.For(draft.Options.Seed, $"name/{value.Kind}/{metadata.Namespace}/{metadata.GenerateName}/{GoValue.Number(index)}");
        return value with { Metadata = metadata with { Name = PodNames.Generate(metadata.GenerateName, random) } };
    }

    private static KubernetesObject? Find(ClusterDraft draft, KubernetesObject value)
    {
        var key = new ObjectKey(value.Namespace, value.Name);
        return value switch
        {
            Service => draft.Services.TryGet(key, out Service? service) ? service : null,
            EndpointSlice => draft.EndpointSlices.TryGet(key, out EndpointSlice? slice) && !draft.IsManagedSlice(key) ? slice : null,
            Pod => draft.Pods.TryGet(key, out Pod? pod) ? pod : null,
            Deployment => draft.Deployments.TryGet(key, out Deployment? deployment) ? deployment : null,
            Node => draft.Nodes.TryGet(value.Name, out Node? node) && !draft.IsManagedNode(value.Name) ? node : null,
            _ => null,
        };
    }

    // What the cluster has given an object stays where a new version does not mention it.
    private static KubernetesObject Inherit(KubernetesObject before, KubernetesObject after, bool stored) => (before, after) switch
    {
        (Service old, Service changed) when !stored => ServiceUpdate.Prepare(old, changed),
        (Pod old, Pod changed) when changed.Spec.NodeName is null || changed.Spec.NodeName == old.Spec.NodeName => changed with
        {
            Spec = changed.Spec with { NodeName = changed.Spec.NodeName ?? old.Spec.NodeName },
            Status = changed.Status with
            {
                Phase = changed.Status.Phase ?? old.Status.Phase,
                PodIPs = changed.Status.PodIPs.IsEmpty && changed.Spec.HostNetwork == old.Spec.HostNetwork ? old.Status.PodIPs : changed.Status.PodIPs,
            },
        },
        (Node old, Node changed) => changed with
        {
            Spec = changed.Spec.PodCIDRs.IsEmpty ? changed.Spec with { PodCIDR = old.Spec.PodCIDR, PodCIDRs = old.Spec.PodCIDRs } : changed.Spec,
            Status = changed.Status.Addresses.IsEmpty ? old.Status : changed.Status,
        },
        _ => after,
    };

    private static void Store(ClusterDraft draft, KubernetesObject value)
    {
        var key = new ObjectKey(value.Namespace, value.Name);
        switch (value)
        {
            case Service service: draft.Services.Put(key, service); break;
            case EndpointSlice slice: draft.PutSlice(key, slice, managed: false); break;
            case Endpoints endpoints: draft.Endpoints.Put(key, endpoints); break;
            case Pod pod: draft.Pods.Put(key, pod); break;
            case Deployment deployment: draft.Deployments.Put(key, deployment); break;
            case Node node: draft.PutNode(node, managed: false); break;
            case ExternalClient client: draft.ExternalClients.Put(client.Name, client); break;
            case NetworkConfiguration network: draft.Network = network; break;
            case KubeProxyConfiguration configuration: draft.KubeProxyConfiguration = configuration; break;
            case KindCluster cluster: draft.KindCluster = cluster; break;
        }
    }
}

/// <summary>How an object is written over the stored one of its name.</summary>
internal enum WriteMode
{
    /// <summary>As kubectl apply does: what may not change once set is checked.</summary>
    Apply,

    /// <summary>As apply, of a stored object with some fields changed.</summary>
    Patch,

    /// <summary>As deleting and creating it: what was allocated stays where it is not mentioned, anything may change.</summary>
    Replace,
}
