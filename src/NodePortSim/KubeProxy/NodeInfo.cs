using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>What kube-proxy knows of its own node (spec kube-proxy-iptables 1.7). Immutable; thread-safe.</summary>
public sealed record NodeInfo
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node's labels.</summary>
    public StringMap Labels { get; init; }

    /// <summary>The networks of the node's pods, one for each family.</summary>
    public EquatableArray<IpCidr> PodCidrs { get; init; }

    /// <summary>Every address of the node's interfaces, loopback included.</summary>
    public EquatableArray<IpAddr> InterfaceAddresses { get; init; }

    /// <summary>The node's InternalIPs; the first of a family is its primary address.</summary>
    public EquatableArray<IpAddr> NodeAddresses { get; init; }

    /// <summary>Whether load balancers may send new connections here: the node is not being deleted and not tainted for that (spec kube-proxy-iptables 8.2).</summary>
    public bool IsEligible { get; init; } = true;

    /// <summary>The zone of the node's labels, or "" where there is none.</summary>
    public string Zone => Labels[Node.ZoneLabel] ?? "";

    /// <summary>The primary address of a family, or null where the node has none.</summary>
    /// <param name="family">The family.</param>
    public IpAddr? PrimaryAddress(IpFamily family)
    {
        foreach (IpAddr address in NodeAddresses)
            if (address.Family == family) return address;
        return null;
    }

    /// <summary>What a Node object tells; its interfaces carry loopback, its InternalIPs and the annotation's extra addresses.</summary>
    /// <param name="node">The node; addresses that do not parse are left out.</param>
    public static NodeInfo From(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var own = new List<IpAddr>();
        foreach (NodeAddress address in node.Status.Addresses)
            if (address.Type == "InternalIP" && IpAddr.TryParse(address.Address, out IpAddr parsed)) own.Add(parsed);
        List<IpAddr> interfaces = [IpAddr.Parse("127.0.0.1"), IpAddr.Parse("::1"), .. own, .. NodeExtraAddress.Of(node).Select(static extra => extra.Address)];
        var podCidrs = new List<IpCidr>();
        EquatableArray<string> written = node.Spec.PodCIDRs.IsEmpty ? [node.Spec.PodCIDR] : node.Spec.PodCIDRs;
        foreach (string text in written)
            if (IpCidr.TryParse(text, out IpCidr cidr)) podCidrs.Add(cidr);
        return new NodeInfo
        {
            Name = node.Name,
            Labels = node.Metadata.Labels,
            PodCidrs = podCidrs.ToEquatableArray(),
            InterfaceAddresses = interfaces.ToEquatableArray(),
            NodeAddresses = own.ToEquatableArray(),
            IsEligible = node.Metadata.DeletionTimestamp is null && !node.Spec.Taints.Any(static taint => taint.Key == "ToBeDeletedByClusterAutoscaler"),
        };
    }
}
