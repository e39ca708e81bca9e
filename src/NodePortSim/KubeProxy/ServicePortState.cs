using NodePortSim.Collections;
using NodePortSim.KubeProxy.Rules;

namespace NodePortSim.KubeProxy;

/// <summary>A service port with its endpoints: what all nodes' kube-proxies know of it, held once for all of them. Thread-safe.</summary>
internal sealed class ServicePortState
{
    private const int MaxShared = 16;

    private ServicePortRules[] _rules = [];

    public ServicePortState(ServicePortInfo port, EquatableArray<EndpointInfo> endpoints)
    {
        Port = port;
        Endpoints = endpoints;
        Ready = ChooseReady(endpoints);
        HasDuplicates = EndpointsMap.HasDuplicates(endpoints);
        foreach (EndpointInfo endpoint in endpoints) HasHints |= !endpoint.ZoneHints.IsEmpty || !endpoint.NodeHints.IsEmpty;
    }

    public ServicePortInfo Port { get; }

    /// <summary>All endpoints by text, those of one text side by side.</summary>
    public EquatableArray<EndpointInfo> Endpoints { get; }

    public bool HasDuplicates { get; }

    public bool HasHints { get; }

    /// <summary>Whether nodes that endpoints name may choose others of them than the rest of their zone does.</summary>
    public bool DependsOnNode => Port.InternalPolicyLocal || Port.ExternalPolicyLocal || HasHints || HasDuplicates;

    /// <summary>Whether nodes whose address is in a source range have other rules (rule W2).</summary>
    public bool DependsOnNodeAddress => !Port.SourceRanges.IsEmpty && !Port.LoadBalancerIPs.IsEmpty;

    /// <summary>The ready endpoints; the same array for every node, where no endpoint occurs twice.</summary>
    public EquatableArray<EndpointInfo> Ready { get; }

    private static EquatableArray<EndpointInfo> ChooseReady(EquatableArray<EndpointInfo> endpoints)
    {
        foreach (EndpointInfo endpoint in endpoints)
            if (!endpoint.IsReady) return endpoints.Where(static e => e.IsReady).ToEquatableArray();
        return endpoints;
    }

    /// <summary>The rules of this port for a node, shared by all nodes that need the same ones.</summary>
    public ServicePortRules RulesFor(RuleContext context, EndpointSelection selection, bool nodeIsInSourceRanges)
    {
        ServicePortRules? made = null;
        while (true)
        {
            ServicePortRules[] known = Volatile.Read(ref _rules);
            foreach (ServicePortRules rules in known)
                if (rules.IsFor(context, selection, nodeIsInSourceRanges)) return rules;
            made ??= new ServicePortRules(Port, context, selection, nodeIsInSourceRanges);

            // Rules with local endpoints are one node's own; remembering them for all would only make the search longer.
            if (!selection.Local.IsEmpty || known.Length >= MaxShared) return made;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _rules, [.. known, made], known), known)) return made;
        }
    }
}
