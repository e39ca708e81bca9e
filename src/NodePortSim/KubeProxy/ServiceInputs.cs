using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.KubeProxy;

/// <summary>A Service and its EndpointSlices, either of which may be missing. Immutable.</summary>
/// <param name="Service">The Service, or null.</param>
/// <param name="Slices">The slices that name it, sorted by their own names.</param>
internal sealed record ServiceInput(Service? Service, EndpointSlice[] Slices);

/// <summary>The objects that a <see cref="ProxyState"/> was read from, by the Service that they belong to. Immutable.</summary>
internal sealed class ServiceInputs
{
    private readonly PersistentMap<ObjectKey, EndpointSlice> _slices;

    private ServiceInputs(PersistentMap<ObjectKey, ServiceInput> byService, PersistentMap<ObjectKey, EndpointSlice> slices)
    {
        ByService = byService;
        _slices = slices;
    }

    public PersistentMap<ObjectKey, ServiceInput> ByService { get; }

    /// <summary>All objects, sorted; what is the same in a previous version is taken from it.</summary>
    public static ServiceInputs Of(Service[] services, EndpointSlice[] slices, ServiceInputs? previous)
    {
        var slicesOf = new Dictionary<ObjectKey, List<EndpointSlice>>(slices.Length);
        foreach (EndpointSlice slice in slices)
        {
            if (slice.ServiceName is not { } name) continue;
            var key = new ObjectKey(slice.Namespace, name);
            if (!slicesOf.TryGetValue(key, out List<EndpointSlice>? list)) slicesOf.Add(key, list = new List<EndpointSlice>(1));
            list.Add(slice);
        }

        var inputs = new List<ServiceInput>(services.Length);
        var keys = new List<ObjectKey>(services.Length);
        foreach (Service service in services)
        {
            var key = new ObjectKey(service.Namespace, service.Name);
            EndpointSlice[] own = slicesOf.TryGetValue(key, out List<EndpointSlice>? list) ? Sorted(list) : [];
            keys.Add(key);
            inputs.Add(new ServiceInput(service, own));
        }

        if (slicesOf.Count > services.Length || !keys.TrueForAll(slicesOf.ContainsKey))
        {
            var known = keys.ToHashSet();
            foreach ((ObjectKey key, List<EndpointSlice> list) in slicesOf)
            {
                if (known.Contains(key)) continue;
                keys.Add(key);
                inputs.Add(new ServiceInput(null, Sorted(list)));
            }
        }

        PersistentMap<ObjectKey, ServiceInput> byService = PersistentMap<ObjectKey, ServiceInput>.Empty;
        PersistentMap<ObjectKey, EndpointSlice> bySlice = PersistentMap<ObjectKey, EndpointSlice>.Empty;
        ObjectKey[] sliceKeys = Array.ConvertAll(slices, KeyOf);
        Parallel.Invoke(
            () => byService = PersistentMap<ObjectKey, ServiceInput>.From([.. keys], [.. inputs]),
            () => bySlice = PersistentMap<ObjectKey, EndpointSlice>.From(sliceKeys, slices));
        return previous is null ? new ServiceInputs(byService, bySlice) : previous.Follow(byService, bySlice);
    }

    /// <summary>These objects with some added or replaced, and others gone.</summary>
    public ServiceInputs With(
        IEnumerable<Service> services, IEnumerable<EndpointSlice> slices, IEnumerable<ObjectKey> deletedServices, IEnumerable<ObjectKey> deletedSlices)
    {
        PersistentMap<ObjectKey, ServiceInput> byService = ByService;
        PersistentMap<ObjectKey, EndpointSlice> bySlice = _slices;
        foreach (ObjectKey key in deletedServices)
            if (byService[key] is { } input) byService = Set(byService, key, input with { Service = null });
        foreach (ObjectKey key in deletedSlices)
        {
            if (bySlice[key] is not { } old) continue;
            bySlice = bySlice.Without(key);
            byService = Drop(byService, old);
        }

        foreach (Service service in services)
        {
            var key = new ObjectKey(service.Namespace, service.Name);
            byService = byService.With(key, new ServiceInput(service, byService[key]?.Slices ?? []));
        }

        foreach (EndpointSlice slice in slices)
        {
            ObjectKey key = KeyOf(slice);
            if (bySlice[key] is { } old && !ReferenceEquals(old, slice)) byService = Drop(byService, old);
            bySlice = bySlice.With(key, slice);
            if (slice.ServiceName is not { } name) continue;
            var service = new ObjectKey(slice.Namespace, name);
            ServiceInput? input = byService[service];
            if (input is not null && Array.IndexOf(input.Slices, slice) >= 0) continue;
            byService = byService.With(service, new ServiceInput(input?.Service, Sorted([.. input?.Slices ?? [], slice])));
        }

        return new ServiceInputs(byService, bySlice);
    }

    /// <summary>The version of these objects, made of this one so far as it is the same.</summary>
    private ServiceInputs Follow(PersistentMap<ObjectKey, ServiceInput> byService, PersistentMap<ObjectKey, EndpointSlice> bySlice)
    {
        PersistentMap<ObjectKey, ServiceInput> followed = ByService;
        foreach ((ObjectKey key, ServiceInput? before, ServiceInput? now) in PersistentMap<ObjectKey, ServiceInput>.Changes(ByService, byService))
        {
            if (now is null) followed = followed.Without(key);
            else if (before is null || !ReferenceEquals(before.Service, now.Service) || !HaveSame(before.Slices, now.Slices)) followed = followed.With(key, now);
        }

        PersistentMap<ObjectKey, EndpointSlice> slices = _slices;
        foreach ((ObjectKey key, _, EndpointSlice? now) in PersistentMap<ObjectKey, EndpointSlice>.Changes(_slices, bySlice))
            slices = now is null ? slices.Without(key) : slices.With(key, now);
        return new ServiceInputs(followed, slices);
    }

    private static PersistentMap<ObjectKey, ServiceInput> Drop(PersistentMap<ObjectKey, ServiceInput> byService, EndpointSlice slice)
    {
        if (slice.ServiceName is not { } name) return byService;
        var key = new ObjectKey(slice.Namespace, name);
        return byService[key] is { } input ? Set(byService, key, input with { Slices = Array.FindAll(input.Slices, other => other.Name != slice.Name) }) : byService;
    }

    private static PersistentMap<ObjectKey, ServiceInput> Set(PersistentMap<ObjectKey, ServiceInput> byService, ObjectKey key, ServiceInput input) =>
        input.Service is null && input.Slices.Length == 0 ? byService.Without(key) : byService.With(key, input);

    private static EndpointSlice[] Sorted(List<EndpointSlice> slices)
    {
        EndpointSlice[] sorted = [.. slices];
        if (sorted.Length > 1) Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return sorted;
    }

    private static bool HaveSame(EndpointSlice[] before, EndpointSlice[] now)
    {
        if (before.Length != now.Length) return false;
        for (int i = 0; i < now.Length; i++)
            if (!ReferenceEquals(before[i], now[i])) return false;
        return true;
    }

    private static ObjectKey KeyOf(EndpointSlice slice) => new(slice.Namespace, slice.Name);
}
