using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>What a cluster's control plane is started with: the flags of the API server and the controller manager that matter here.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>The seed of everything the real system leaves to chance: allocated addresses and ports, generated names, ties of the scheduler.</summary>
    /// <value>Any number; the default is 0. Same seed and verbs, same cluster.</value>
    public ulong Seed { get; init; }

    /// <summary>The first node port (<c>--service-node-port-range</c>).</summary>
    /// <value>1 to 65535; the default is 30000.</value>
    public int FirstNodePort { get; init; } = 30000;

    /// <summary>The last node port.</summary>
    /// <value><see cref="FirstNodePort"/> to 65535; the default is 32767.</value>
    public int LastNodePort { get; init; } = 32767;

    /// <summary>The networks of cluster IPs (<c>--service-cluster-ip-range</c>), primary first, at most one of each family.</summary>
    /// <value>
    /// Empty by default: then kind's configuration gives them, and where there is none, given cluster IPs may be any and others are allocated
    /// from 10.96.0.0/16 and fd00:10:96::/112.
    /// </value>
    public EquatableArray<IpCidr> ServiceSubnets { get; init; }

    /// <summary>The networks of pods (<c>--cluster-cidr</c>), of which nodes without <c>podCIDRs</c> get a /24 (IPv6 /64).</summary>
    /// <value>Empty by default: then kind's configuration gives them, or else 10.244.0.0/16 and fd00:10:244::/56.</value>
    public EquatableArray<IpCidr> PodSubnets { get; init; }

    /// <summary>The networks of which nodes without an address get one, from the second address on.</summary>
    /// <value>172.18.0.0/16 and fc00:f853:ccd:e793::/64 by default, those of kind's container network.</value>
    public EquatableArray<IpCidr> NodeSubnets { get; init; } = [IpCidr.Parse("172.18.0.0/16"), IpCidr.Parse("fc00:f853:ccd:e793::/64")];
}
