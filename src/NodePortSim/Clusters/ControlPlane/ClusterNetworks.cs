using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>The networks and IP families of a cluster, as its configuration gives them or its objects show them.</summary>
internal sealed class ClusterNetworks
{
    private static readonly Dictionary<IpFamily, IpCidr> DefaultServiceSubnets = new()
    {
        [IpFamily.IPv4] = IpCidr.Parse("10.96.0.0/16"),
        [IpFamily.IPv6] = IpCidr.Parse("fd00:10:96::/112"),
    };

    private static readonly Dictionary<IpFamily, IpCidr> DefaultPodSubnets = new()
    {
        [IpFamily.IPv4] = IpCidr.Parse("10.244.0.0/16"),
        [IpFamily.IPv6] = IpCidr.Parse("fd00:10:244::/56"),
    };

    private readonly Dictionary<IpFamily, IpCidr> _serviceSubnets;
    private readonly Dictionary<IpFamily, IpCidr> _podSubnets;

    private ClusterNetworks(IReadOnlyList<IpFamily> families, IEnumerable<IpCidr> services, IEnumerable<IpCidr> pods, bool configured)
    {
        Families = families;
        IsConfigured = configured;
        _serviceSubnets = With(DefaultServiceSubnets, services);
        _podSubnets = With(DefaultPodSubnets, pods);
    }

    /// <summary>The families of cluster IPs, the primary one first.</summary>
    public IReadOnlyList<IpFamily> Families { get; }

    /// <summary>Whether the networks are configured; otherwise any given cluster IP and family is accepted.</summary>
    public bool IsConfigured { get; }

    /// <summary>The network of cluster IPs of a family.</summary>
    public IpCidr ServiceSubnet(IpFamily family) => _serviceSubnets[family];

    /// <summary>The network of pods of a family.</summary>
    public IpCidr PodSubnet(IpFamily family) => _podSubnets[family];

    /// <summary>The networks of a draft: of kind's configuration, else of the options, else as the nodes and Services have them.</summary>
    public static ClusterNetworks Of(ClusterDraft draft)
    {
        ControlPlaneOptions options = draft.Options;
        if (draft.KindCluster is { } kind) return Of(kind);
        if (!options.ServiceSubnets.IsEmpty)
        {
            IpFamily[] families = options.ServiceSubnets.Select(static subnet => subnet.Family).Distinct().ToArray();
            return new ClusterNetworks(families, options.ServiceSubnets, options.PodSubnets, configured: true);
        }

        return new ClusterNetworks(SeenFamilies(draft), [], options.PodSubnets, configured: false);
    }

    /// <summary>The networks of kind's configuration.</summary>
    public static ClusterNetworks Of(KindCluster kind)
    {
        IpFamily[] families = kind.IpFamily switch
        {
            "ipv6" => [IpFamily.IPv6],
            "dual" => [IpFamily.IPv4, IpFamily.IPv6],
            _ => [IpFamily.IPv4],
        };
        return new ClusterNetworks(families, Parse(kind.ServiceSubnet), Parse(kind.PodSubnet), configured: true);
    }

    private static IpFamily[] SeenFamilies(ClusterDraft draft)
    {
        var families = new List<IpFamily>(2);
        foreach ((_, Node node) in draft.Nodes.Rows)
        {
            foreach (NodeAddress address in node.Status.Addresses)
                if (address.Type == "InternalIP" && IpAddr.TryParse(address.Address, out IpAddr ip)) Add(ip.Family);
            foreach (string podCidr in node.Spec.PodCIDRs)
                if (IpCidr.TryParse(podCidr, out IpCidr cidr)) Add(cidr.Family);
            if (families.Count == 2) break;
        }

        if (families.Count == 0)
            foreach ((_, Service service) in draft.Services.Rows)
                foreach (string clusterIp in service.Spec.ClusterIPs)
                    if (IpAddr.TryParse(clusterIp, out IpAddr ip)) Add(ip.Family);
        return families.Count == 0 ? [IpFamily.IPv4] : [.. families];

        void Add(IpFamily family)
        {
            if (!families.Contains(family)) families.Add(family);
        }
    }

    private static IEnumerable<IpCidr> Parse(string subnets) =>
        subnets.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(IpCidr.Parse);

    private static Dictionary<IpFamily, IpCidr> With(Dictionary<IpFamily, IpCidr> defaults, IEnumerable<IpCidr> given)
    {
        var subnets = new Dictionary<IpFamily, IpCidr>(defaults);
        foreach (IpCidr subnet in given) subnets[subnet.Family] = subnet;
        return subnets;
    }
}
