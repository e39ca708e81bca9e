using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>A Service in one family; another object exactly if kube-proxy sees a change of it.</summary>
internal sealed class ServiceState
{
    private readonly Service _source;
    private readonly EndpointSlice[] _slices;

    private ServiceState(Service source, EndpointSlice[] slices, ServicePortState[] ports)
    {
        _source = source;
        _slices = slices;
        Key = new ObjectKey(source.Namespace, source.Name);
        Ports = ports;
    }

    public ObjectKey Key { get; }

    public ServicePortState[] Ports { get; }

    /// <summary>Reads a Service; null where it has no port in the family.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="slices">Its slices, of whatever family, by name.</param>
    /// <param name="family">The family.</param>
    /// <param name="level">kube-proxy's version.</param>
    /// <param name="previous">What was read before, or null.</param>
    public static ServiceState? Create(Service service, EndpointSlice[] slices, IpFamily family, KubeProxyLevel level, ServiceState? previous)
    {
        EndpointSlice[] used = Array.TrueForAll(slices, slice => EndpointsMap.IsUsed(slice, family))
            ? slices
            : Array.FindAll(slices, slice => EndpointsMap.IsUsed(slice, family));
        bool sameSlices = previous is not null && HaveSameSlices(previous._slices, used);
        if (sameSlices && ReferenceEquals(previous!._source, service)) return previous;
        EquatableArray<ServicePortInfo> ports = ServicePortInfo.Of(service, family, level);
        if (ports.IsEmpty) return null;
        if (sameSlices && HaveSamePorts(previous!.Ports, ports)) return previous;
        var states = new ServicePortState[ports.Count];
        for (int i = 0; i < states.Length; i++)
        {
            ServicePortState? before = Array.Find(previous?.Ports ?? [], state => state.Port.Name == ports[i].Name);
            EquatableArray<EndpointInfo> endpoints = EndpointsMap.Of(ports[i].Name, used, family, before?.Endpoints ?? []);
            bool same = before is not null && before.Port == ports[i] && before.Endpoints == endpoints;
            states[i] = same ? before! : new ServicePortState(ports[i], endpoints);
        }

        return new ServiceState(service, used, states);
    }

    private static bool HaveSameSlices(EndpointSlice[] before, EndpointSlice[] now)
    {
        if (before.Length != now.Length) return false;
        for (int i = 0; i < now.Length; i++)
            if (before[i].Name != now[i].Name || !EndpointsMap.HaveSameData(before[i], now[i])) return false;
        return true;
    }

    private static bool HaveSamePorts(ServicePortState[] before, EquatableArray<ServicePortInfo> now)
    {
        if (before.Length != now.Count) return false;
        for (int i = 0; i < before.Length; i++)
            if (before[i].Port != now[i]) return false;
        return true;
    }
}
