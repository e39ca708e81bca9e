using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Makes the EndpointSlices of Services: of their selectors' pods, or mirrored from a given Endpoints object.</summary>
/// <remarks>
/// Slices that are given stay and win: for a Service that has one nothing is made. So does a given Endpoints object over a selector, other
/// than in the real system, where the controller would overwrite it: whoever gives one here has a copy of a cluster, or wants just that.
/// Only the Services that the verb can have touched are looked at.
/// </remarks>
internal sealed class EndpointSliceController
{
    private const string ManagedBy = "endpointslice.kubernetes.io/managed-by";
    private const string HeadlessLabel = "service.kubernetes.io/headless";
    private const int MaxEndpoints = 100;

    private readonly ClusterDraft _draft;
    private readonly PodIndex _pods;

    private EndpointSliceController(ClusterDraft draft)
    {
        _draft = draft;
        _pods = new PodIndex(draft);
    }

    /// <summary>Brings the slices of the touched Services to what their pods or Endpoints objects are.</summary>
    public static void Run(ClusterDraft draft)
    {
        List<ObjectKey> affected = Affected(draft);
        if (affected.Count == 0) return;
        var controller = new EndpointSliceController(draft);
        foreach (ObjectKey key in affected) controller.Reconcile(key);
    }

    private static List<ObjectKey> Affected(ClusterDraft draft)
    {
        SortedSet<ObjectKey> keys = [.. draft.Services.Touched, .. draft.Endpoints.Touched, .. draft.ServicesOfSlices];
        bool all = draft.Nodes.Touched.Count > 0;
        HashSet<string> namespaces = [.. draft.Pods.Touched.Select(static pod => pod.Namespace)];
        if (all || namespaces.Count > 0)
        {
            foreach ((ObjectKey key, Service service) in draft.Services.Rows)
                if (!service.Spec.Selector.IsEmpty && (all || namespaces.Contains(key.Namespace))) keys.Add(key);
        }

        return [.. keys];
    }

    private void Reconcile(ObjectKey key)
    {
        List<ObjectKey> present = _draft.SliceKeys(key).ToList();
        List<ObjectKey> managed = present.Where(_draft.IsManagedSlice).ToList();
        List<EndpointSlice> wanted = [];
        if (managed.Count == present.Count && _draft.Services.TryGet(key, out Service? service) && service.Spec.Type != ServiceType.ExternalName)
        {
            wanted = _draft.Endpoints.TryGet(key, out Endpoints? endpoints) ? EndpointsMirror.SlicesOf(endpoints)
                : service.Spec.Selector.IsEmpty ? []
                : SlicesOfPods(key, service);
        }

        var names = new HashSet<ObjectKey>();
        for (int i = 0; i < wanted.Count; i++)
        {
            ObjectKey name = FreeName(key, wanted[i].AddressType ?? AddressFormat.IPv4, i, names);
            names.Add(name);
            _draft.PutSlice(name, wanted[i] with { Metadata = wanted[i].Metadata with { Name = name.Name, Namespace = name.Namespace } }, managed: true);
        }

        foreach (ObjectKey old in managed)
            if (!names.Contains(old)) _draft.RemoveSlice(old);
    }

    private ObjectKey FreeName(ObjectKey service, AddressFormat format, int index, HashSet<ObjectKey> taken)
    {
        for (int attempt = 0; ; attempt++)
        {
            RandomSource random = RandomSource.For(_draft.Options.Seed, $"slice/{service}/{format}/{index}/{attempt}");
            var key = new ObjectKey(service.Namespace, PodNames.Generate(service.Name + "-", random));
            bool own = _draft.IsManagedSlice(key) && _draft.EndpointSlices[key].ServiceName == service.Name;
            if (!taken.Contains(key) && (own || !_draft.EndpointSlices.Contains(key))) return key;
        }
    }

    private List<EndpointSlice> SlicesOfPods(ObjectKey key, Service service)
    {
        List<Pod> pods = _pods.Matching(key.Namespace, service.Spec.Selector);
        if (pods.Count == 0 && IsNews(key)) _draft.Warnings.Add($"service {key}: its selector {service.Spec.Selector} matches no pod");
        var slices = new List<EndpointSlice>();
        foreach (IpFamily family in service.Spec.IpFamilies)
        {
            var groups = new Dictionary<EquatableArray<EndpointPort>, List<Endpoint>>();
            var order = new List<EquatableArray<EndpointPort>>();
            foreach (Pod pod in pods)
            {
                if (EndpointOf(service, pod, family) is not { } endpoint) continue;
                EquatableArray<EndpointPort> ports = EndpointPorts.Resolve(service.Spec, pod);
                if (!groups.TryGetValue(ports, out List<Endpoint>? group))
                {
                    groups[ports] = group = [];
                    order.Add(ports);
                }

                group.Add(endpoint);
            }

            // A Service without endpoints has one empty slice of each family.
            if (order.Count == 0) slices.Add(SliceOf(service, family, [], []));
            foreach (EquatableArray<EndpointPort> ports in order)
                foreach (Endpoint[] chunk in groups[ports].Chunk(MaxEndpoints)) slices.Add(SliceOf(service, family, ports, chunk));
        }

        return slices;
    }

    // A Service that had no pods before, and was not written now, has been warned of.
    private bool IsNews(ObjectKey key) =>
        _draft.Services.Touched.Contains(key) || _draft.Before.SlicesOf(key).Any(static slice => !slice.Endpoints.IsEmpty);

    private static EndpointSlice SliceOf(Service service, IpFamily family, EquatableArray<EndpointPort> ports, Endpoint[] endpoints)
    {
        StringMap labels = service.Metadata.Labels
            .With(EndpointSlice.ServiceNameLabel, service.Name)
            .With(ManagedBy, "endpointslice-controller.k8s.io");
        if (service.Spec.IsHeadless()) labels = labels.With(HeadlessLabel, "");
        return new EndpointSlice
        {
            Metadata = new ObjectMeta { GenerateName = service.Name + "-", Labels = labels },
            AddressType = family == IpFamily.IPv4 ? AddressFormat.IPv4 : AddressFormat.IPv6,
            Ports = ports,
            Endpoints = endpoints.ToEquatableArray(),
        };
    }

    private Endpoint? EndpointOf(Service service, Pod pod, IpFamily family)
    {
        string? ip = pod.Status.PodIPs.FirstOrDefault(ip => IpAddr.TryParse(ip, out IpAddr address) && address.Family == family);
        if (ip is null || pod.Status.Phase is "Succeeded" or "Failed") return null;
        bool serving = (pod.Status.Ready ?? true) && pod.Status.Phase is null or "Running";
        bool terminating = pod.Metadata.DeletionTimestamp is not null;
        bool ready = service.Spec.PublishNotReadyAddresses || serving && !terminating;
        string? nodeName = pod.Spec.NodeName;
        string? zone = nodeName is not null && _draft.Nodes.TryGet(nodeName, out Node? node) ? node.Metadata.Labels[Node.ZoneLabel] : null;
        string? distribution = ready ? service.Spec.TrafficDistribution : null;
        bool zoneHint = distribution is "PreferClose" or "PreferSameZone" or "PreferSameNode" && zone is not null;
        bool nodeHint = distribution is "PreferSameNode" && nodeName is not null;
        return new Endpoint
        {
            Addresses = [ip],
            Ready = ready,
            Serving = serving,
            Terminating = terminating,
            NodeName = nodeName,
            Zone = zone,
            HintsForZones = zoneHint ? [zone!] : [],
            HintsForNodes = nodeHint ? [nodeName!] : [],
            TargetRef = new ObjectReference("Pod", pod.Namespace, pod.Name),
        };
    }
}
