using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Binding;
using NodePortSim.Manifests.Kinds;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Scenarios;

/// <summary>A merge patch of a Service's spec (RFC 7386): fields that are written replace, null removes, the selector is merged key by key.</summary>
internal sealed class ServiceSpecPatch
{
    private readonly ServiceSpec _patch;
    private bool _mergesSelector;
    private readonly HashSet<string> _fields;
    private readonly HashSet<string> _removedLabels = new(StringComparer.Ordinal);

    private ServiceSpecPatch(ServiceSpec patch, HashSet<string> fields)
    {
        _patch = patch;
        _fields = fields;
    }

    /// <summary>Reads a patch with the binder of manifests.</summary>
    public static ServiceSpecPatch Bind(MappingBinder spec)
    {
        var fields = spec.Names.ToHashSet(StringComparer.Ordinal);
        var patch = new ServiceSpecPatch(ServiceBinder.BindSpec(spec), fields);
        if (spec.Node("selector") is not YamlMapping selector) return patch;
        patch._mergesSelector = true;
        patch._removedLabels.UnionWith(selector.Entries.Where(static entry => entry.Value.IsNull).Select(static entry => entry.Key));
        return patch;
    }

    /// <summary>The new spec of an old one.</summary>
    public ServiceSpec ApplyTo(ServiceSpec old) => old with
    {
        Type = Pick("type", old.Type, _patch.Type),
        ClusterIP = Pick("clusterIP", old.ClusterIP, _patch.ClusterIP),
        ClusterIPs = Pick("clusterIPs", old.ClusterIPs, _patch.ClusterIPs),
        IpFamilies = Pick("ipFamilies", old.IpFamilies, _patch.IpFamilies),
        IpFamilyPolicy = Pick("ipFamilyPolicy", old.IpFamilyPolicy, _patch.IpFamilyPolicy),
        Selector = MergeSelector(old.Selector),
        Ports = Pick("ports", old.Ports, _patch.Ports),
        ExternalTrafficPolicy = Pick("externalTrafficPolicy", old.ExternalTrafficPolicy, _patch.ExternalTrafficPolicy),
        InternalTrafficPolicy = Pick("internalTrafficPolicy", old.InternalTrafficPolicy, _patch.InternalTrafficPolicy),
        ExternalIPs = Pick("externalIPs", old.ExternalIPs, _patch.ExternalIPs),
        LoadBalancerIP = Pick("loadBalancerIP", old.LoadBalancerIP, _patch.LoadBalancerIP),
        LoadBalancerSourceRanges = Pick("loadBalancerSourceRanges", old.LoadBalancerSourceRanges, _patch.LoadBalancerSourceRanges),
        LoadBalancerClass = Pick("loadBalancerClass", old.LoadBalancerClass, _patch.LoadBalancerClass),
        AllocateLoadBalancerNodePorts = Pick("allocateLoadBalancerNodePorts", old.AllocateLoadBalancerNodePorts, _patch.AllocateLoadBalancerNodePorts),
        HealthCheckNodePort = Pick("healthCheckNodePort", old.HealthCheckNodePort, _patch.HealthCheckNodePort),
        SessionAffinity = Pick("sessionAffinity", old.SessionAffinity, _patch.SessionAffinity),
        SessionAffinityTimeoutSeconds = Pick("sessionAffinityConfig", old.SessionAffinityTimeoutSeconds, _patch.SessionAffinityTimeoutSeconds),
        PublishNotReadyAddresses = Pick("publishNotReadyAddresses", old.PublishNotReadyAddresses, _patch.PublishNotReadyAddresses),
        ExternalName = Pick("externalName", old.ExternalName, _patch.ExternalName),
        TrafficDistribution = Pick("trafficDistribution", old.TrafficDistribution, _patch.TrafficDistribution),
    };

    private T Pick<T>(string field, T old, T patched) => _fields.Contains(field) ? patched : old;

    private StringMap MergeSelector(StringMap old)
    {
        if (!_fields.Contains("selector")) return old;
        if (_patch.Selector.IsEmpty && !_mergesSelector) return default;
        return StringMap.Create(old.Concat(_patch.Selector).Where(entry => !_removedLabels.Contains(entry.Key)));
    }
}
