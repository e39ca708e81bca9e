using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Defaults;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Gives the Services of a verb their families, cluster IPs, node ports and health check ports, as the API server does on writing.</summary>
/// <remarks>
/// Given values are taken first, in the verb's order, and then the absent ones are drawn, so that a drawn value never takes a given one
/// away. Each Service draws by its own name: what one gets depends on others only where they collide.
/// </remarks>
internal sealed class ServiceAllocator
{
    private readonly ClusterDraft _draft;
    private readonly ClusterNetworks _networks;
    private readonly Dictionary<IpFamily, ClusterIpAllocator> _addresses = [];
    private readonly NodePortAllocator _ports;

    private ServiceAllocator(ClusterDraft draft, ClusterNetworks networks)
    {
        _draft = draft;
        _networks = networks;
        foreach (IpFamily family in (IpFamily[])[IpFamily.IPv4, IpFamily.IPv6])
            _addresses[family] = new ClusterIpAllocator(networks.ServiceSubnet(family), networks.IsConfigured && networks.Families.Contains(family));
        _ports = new NodePortAllocator(draft.Options.FirstNodePort, draft.Options.LastNodePort);
    }

    /// <summary>Completes the Services that the verb writes; what cannot be had becomes an error of the draft.</summary>
    public static void Run(ClusterDraft draft, ClusterNetworks networks)
    {
        List<ServiceRequest> requests = [.. draft.ServiceRequests.Values.OrderBy(static request => request.Index)];
        if (requests.Count == 0) return;
        var allocator = new ServiceAllocator(draft, networks);
        allocator.KeepOthers(requests);
        requests.RemoveAll(request => !allocator.SetFamilies(request));
        foreach (ServiceRequest request in requests) allocator.TakeGiven(request);
        foreach (ServiceRequest request in requests) allocator.DrawAbsent(request);
    }

    // What stored Services have stays theirs, the written ones' own former values included where they keep them.
    private void KeepOthers(List<ServiceRequest> requests)
    {
        HashSet<ObjectKey> written = [.. requests.Select(static request => request.Key)];
        foreach ((ObjectKey key, Service service) in _draft.Services.Rows)
        {
            if (!written.Contains(key)) Keep(key, service.Spec, service.Spec);
            else if (_draft.Before.Services.TryGetValue(key, out Service? old)) Keep(key, old.Spec, service.Spec);
        }
    }

    private void Keep(ObjectKey key, ServiceSpec before, ServiceSpec now)
    {
        bool same = ReferenceEquals(before, now);
        foreach (string ip in before.ClusterIPs)
            if ((same || now.ClusterIPs.Contains(ip)) && IpAddr.TryParse(ip, out IpAddr address)) _addresses[address.Family].Reserve(address);
        foreach (ServicePort port in before.Ports)
            if (port.NodePort != 0 && (same || now.Ports.Any(kept => kept.NodePort == port.NodePort))) _ports.Keep(port.NodePort, key);
        if (before.HealthCheckNodePort != 0 && now.HealthCheckNodePort == before.HealthCheckNodePort) _ports.Keep(before.HealthCheckNodePort, key);
    }

    private bool SetFamilies(ServiceRequest request)
    {
        Service service = _draft.Services[request.Key];
        int before = _draft.Errors.Count;
        foreach (FieldError error in ServiceFamilies.Validate(service.Spec, _networks)) _draft.Error(request.Index, service, error);
        if (_draft.Errors.Count > before) return false;
        _draft.Services.Put(request.Key, service with { Spec = ServiceDefaults.ApplyFamilies(service.Spec, _networks.Families) });
        return true;
    }

    private void TakeGiven(ServiceRequest request)
    {
        Service service = _draft.Services[request.Key];
        ServiceSpec spec = service.Spec;
        ServiceSpec? before = _draft.Before.Services.GetValueOrDefault(request.Key)?.Spec;
        if (spec.NeedsClusterIP())
        {
            foreach (string ip in spec.ClusterIPs)
            {
                if (ip.Length == 0 || before is not null && before.ClusterIPs.Contains(ip)) continue;
                IpAddr address = IpAddr.Parse(ip);
                if (_addresses[address.Family].Reserve(address) is { } problem)
                    _draft.Error(request.Index, service, FieldError.Invalid(FieldPath.Spec.Child("clusterIPs"), spec.ClusterIPs, $"failed to allocate IP {ip}: {problem}"));
            }
        }

        if (spec.NeedsNodePorts()) TakeGivenNodePorts(request, service, before);
        if (!spec.NeedsHealthCheckNodePort() || spec.HealthCheckNodePort == 0 || spec.HealthCheckNodePort == before?.HealthCheckNodePort) return;
        if (_ports.Reserve(spec.HealthCheckNodePort, request.Key) is { } reason)
        {
            string detail = $"failed to allocate requested HealthCheck NodePort {GoValue.Number(spec.HealthCheckNodePort)}: {reason}";
            _draft.Error(request.Index, service, FieldError.Internal(FieldPath.Spec.Child("healthCheckNodePort"), detail));
        }
    }

    private void TakeGivenNodePorts(ServiceRequest request, Service service, ServiceSpec? before)
    {
        EquatableArray<ServicePort> ports = service.Spec.Ports;
        for (int i = 0; i < ports.Count; i++)
        {
            ServicePort port = ports[i];
            if (port.NodePort == 0 || before is not null && before.Ports.Any(kept => kept.NodePort == port.NodePort)) continue;

            // Two protocols of one port may share a node port; so may, where a Service is changed, any two of its own.
            bool shared = _ports.OwnerOf(port.NodePort) == request.Key
                && (before is not null || ports.Take(i).Any(other => other.NodePort == port.NodePort && other.Port == port.Port));
            if (shared || _ports.Reserve(port.NodePort, request.Key) is not { } problem) continue;
            FieldPath path = FieldPath.Spec.Child("ports").Index(i).Child("nodePort");
            _draft.Error(request.Index, service, FieldError.Invalid(path, port.NodePort, problem));
        }
    }

    private void DrawAbsent(ServiceRequest request)
    {
        Service service = _draft.Services[request.Key];
        ServiceSpec spec = service.Spec;
        if (spec.NeedsClusterIP()) spec = DrawClusterIps(request, service, spec);
        if (!request.Stored)
        {
            if (spec.AllocatesNodePorts()) spec = DrawNodePorts(request, service, spec);
            if (spec.NeedsHealthCheckNodePort() && spec.HealthCheckNodePort == 0)
            {
                int? port = _ports.Next(request.Key, Random("healthCheckNodePort", request.Key));
                if (port is null) Full(request, service, "spec.healthCheckNodePort", "failed to allocate a HealthCheck NodePort 0: range is full");
                else spec = spec with { HealthCheckNodePort = port.Value };
            }
        }

        _draft.Services.Put(request.Key, service with { Spec = spec });
    }

    private ServiceSpec DrawClusterIps(ServiceRequest request, Service service, ServiceSpec spec)
    {
        var ips = new List<string>();
        for (int i = 0; i < spec.IpFamilies.Count; i++)
        {
            if (i < spec.ClusterIPs.Count && spec.ClusterIPs[i].Length > 0)
            {
                ips.Add(spec.ClusterIPs[i]);
                continue;
            }

            IpFamily family = spec.IpFamilies[i];
            if (_addresses[family].Next(Random($"clusterIP/{family}", request.Key)) is { } address) ips.Add(address.ToString());
            else Full(request, service, "spec.clusterIPs", "failed to allocate a serviceIP: range is full");
        }

        return ips.Count == 0 ? spec : spec with { ClusterIP = ips[0], ClusterIPs = ips.ToEquatableArray() };
    }

    private ServiceSpec DrawNodePorts(ServiceRequest request, Service service, ServiceSpec spec)
    {
        // A port that a stored Service has without node port keeps being without when other fields of the Service are patched.
        ServiceSpec? before = request.Patch ? _draft.Before.Services.GetValueOrDefault(request.Key)?.Spec : null;
        var without = new HashSet<string>(StringComparer.Ordinal);
        if (before is not null && before.AllocatesNodePorts()) without.UnionWith(before.Ports.Where(static p => p.NodePort == 0).Select(static p => p.Name));
        ServicePort[] ports = [.. spec.Ports];
        for (int i = 0; i < ports.Length; i++)
        {
            ServicePort port = ports[i];
            if (port.NodePort != 0 || without.Contains(port.Name)) continue;
            int? nodePort = SharedNodePort(ports, port) ?? _ports.Next(request.Key, Random($"nodePort/{port.Protocol}/{GoValue.Number(port.Port)}", request.Key));
            if (nodePort is null) Full(request, service, $"spec.ports[{GoValue.Number(i)}].nodePort", "failed to allocate a nodePort: range is full");
            else ports[i] = port with { NodePort = nodePort.Value };
        }

        return spec with { Ports = ports.ToEquatableArray() };
    }

    // Another protocol of the same port shares its node port, unless that would repeat a pair of protocol and node port.
    private static int? SharedNodePort(ServicePort[] ports, ServicePort port)
    {
        foreach (ServicePort other in ports)
        {
            if (other.Port != port.Port || other.Protocol == port.Protocol || other.NodePort == 0) continue;
            if (!ports.Any(p => p.Protocol == port.Protocol && p.NodePort == other.NodePort)) return other.NodePort;
        }

        return null;
    }

    private void Full(ServiceRequest request, Service service, string path, string message) =>
        _draft.Error(request.Index, service, FieldError.Internal(new FieldPath(path), message));

    private RandomSource Random(string what, ObjectKey key) => RandomSource.For(_draft.Options.Seed, $"{what}/{key}");
}
