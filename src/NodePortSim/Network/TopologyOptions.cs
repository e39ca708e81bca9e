using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>A node to build.</summary>
internal sealed record NodeHostOptions
{
    public required string Name { get; init; }

    /// <summary>The addresses of eth0, one for each family; /24 or /64.</summary>
    public EquatableArray<IpAddr> Addresses { get; init; }

    /// <summary>The networks of the node's pods, one for each family.</summary>
    public EquatableArray<IpCidr> PodNetworks { get; init; }

    /// <summary>Further interfaces and their addresses.</summary>
    public EquatableArray<ExtraAddress> ExtraAddresses { get; init; }
}

/// <summary>An address of a further interface of a node.</summary>
internal sealed record ExtraAddress(string Interface, IpAddr Address, int PrefixLength);

/// <summary>A pod to build, with a namespace of its own.</summary>
internal sealed record PodHostOptions
{
    /// <summary>The pod's <c>namespace/name</c>.</summary>
    public required string Name { get; init; }

    public required string Node { get; init; }

    public EquatableArray<IpAddr> Addresses { get; init; }
}

/// <summary>A client outside the cluster to build.</summary>
internal sealed record ClientHostOptions
{
    public required string Name { get; init; }

    public EquatableArray<InterfaceAddress> Addresses { get; init; }

    public EquatableArray<StaticRoute> Routes { get; init; }
}

/// <summary>A route of a client.</summary>
internal sealed record StaticRoute(IpCidr To, IpAddr Via);

/// <summary>How pods are wired to nodes.</summary>
internal enum CniKind : byte
{
    /// <summary>A veth pair and a host route for each pod.</summary>
    Ptp,

    /// <summary>One bridge on each node; nodes route to each other's pod networks.</summary>
    Bridge,

    /// <summary>One bridge on each node; a tunnel between nodes.</summary>
    Overlay,
}

/// <summary>What the node's end of a pod's veth carries in shape ptp.</summary>
internal enum VethAddress : byte
{
    /// <summary>The first address of the pod network.</summary>
    PodGateway,

    /// <summary>None.</summary>
    None,

    /// <summary>The node's own address.</summary>
    Node,
}

/// <summary>What the whole network is like.</summary>
internal sealed record TopologyOptions
{
    public CniKind Cni { get; init; }

    public VethAddress VethAddress { get; init; }

    public bool Hairpin { get; init; } = true;

    public bool BridgeNfCallIptables { get; init; } = true;

    /// <summary>The default gateways, one for each family at the most; none means that hosts have no default route.</summary>
    public EquatableArray<IpAddr> Gateways { get; init; }

    public Sysctls NodeSysctls { get; init; } = new();

    public ulong Seed { get; init; }
}
