using NodePortSim.Collections;

namespace NodePortSim.KubeProxy;

/// <summary>Which endpoints topology hints leave to a node (spec kube-proxy-iptables 4).</summary>
/// <param name="Zone">The zone that an endpoint must be hinted for; null where zones don't count.</param>
/// <param name="NodeName">The node that an endpoint must be hinted for; null where nodes don't count.</param>
internal sealed record TopologyFilter(string? Zone, string? NodeName)
{
    public static TopologyFilter None { get; } = new(null, null);

    public bool IsNone => Zone is null && NodeName is null;

    /// <summary>Decides from the ready endpoints: hints count only if every one has some and one is hinted for here.</summary>
    public static TopologyFilter For(ServicePortInfo port, EquatableArray<EndpointInfo> ready, NodeInfo node, KubeProxyLevel level)
    {
        if (level.HintsNeedAnnotation && port.TopologyMode is ("" or "disabled" or "Disabled")) return None;
        bool allForNodes = level.HonoursNodeHints, allForZones = true, hereForNode = false, hereForZone = false;
        foreach (EndpointInfo endpoint in ready)
        {
            allForNodes &= !endpoint.NodeHints.IsEmpty;
            allForZones &= !endpoint.ZoneHints.IsEmpty;
            hereForNode |= Contains(endpoint.NodeHints, node.Name);
            hereForZone |= Contains(endpoint.ZoneHints, node.Zone);
        }

        if (allForNodes && hereForNode) return new TopologyFilter(null, node.Name);
        if (allForZones && hereForZone && node.Zone.Length > 0) return new TopologyFilter(node.Zone, null);
        return None;
    }

    public bool Allows(EndpointInfo endpoint) =>
        NodeName is not null ? Contains(endpoint.NodeHints, NodeName) : Zone is null || Contains(endpoint.ZoneHints, Zone);

    private static bool Contains(EquatableArray<string> names, string name)
    {
        foreach (string candidate in names)
            if (string.Equals(candidate, name, StringComparison.Ordinal)) return true;
        return false;
    }
}
