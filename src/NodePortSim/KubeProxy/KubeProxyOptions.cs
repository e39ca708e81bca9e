using System.Diagnostics.CodeAnalysis;
using NodePortSim.Collections;
using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>A kube-proxy's configuration with defaults applied and values parsed (spec kube-proxy-iptables 1.1). Immutable; thread-safe.</summary>
public sealed record KubeProxyOptions
{
    /// <summary>Which version's rules are written.</summary>
    /// <value>1.31 by default.</value>
    public KubeProxyLevel Level { get; init; } = KubeProxyLevel.Default;

    /// <summary>The bit of the mark that asks for masquerading, 0 to 31.</summary>
    /// <value>14 by default: the mark 0x4000.</value>
    public int MasqueradeBit { get; init; } = 14;

    /// <summary>Whether all traffic to cluster IPs is masqueraded.</summary>
    /// <value>false by default.</value>
    public bool MasqueradeAll { get; init; }

    /// <summary>Whether node ports are to answer on 127.0.0.0/8.</summary>
    /// <value>true by default.</value>
    public bool LocalhostNodePorts { get; init; } = true;

    /// <summary>Which addresses of the node answer on node ports.</summary>
    /// <value>All addresses by default.</value>
    public NodePortAddresses NodePortAddresses { get; init; } = NodePortAddresses.All;

    /// <summary>How local traffic is told.</summary>
    /// <value>By the cluster CIDR by default.</value>
    public DetectLocalMode DetectLocalMode { get; init; }

    /// <summary>The networks of the cluster's pods, one for each family; none leaves local traffic undetected in mode ClusterCIDR.</summary>
    public EquatableArray<IpCidr> ClusterCidrs { get; init; }

    /// <summary>The bridge's name, or the interfaces' prefix, in the modes that use one.</summary>
    public string LocalInterface { get; init; } = "";

    /// <summary>Whether <c>nf_conntrack_tcp_be_liberal</c> was set when kube-proxy started.</summary>
    /// <value>false by default.</value>
    public bool ConntrackTcpBeLiberal { get; init; }

    /// <summary>Whether nfacct objects can be created; false as on a kernel without nfnetlink_acct.</summary>
    /// <value>true by default.</value>
    public bool NfacctAvailable { get; init; } = true;

    /// <summary>After how long a failed sync is tried again, and how often stale chains are removed in large clusters.</summary>
    /// <value>30 seconds by default.</value>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The mark that asks for masquerading.</summary>
    public uint MasqueradeMark => 1u << MasqueradeBit;

    /// <summary>Whether a family's node ports answer on loopback addresses; if so, kube-proxy sets <c>route_localnet</c> to 1.</summary>
    /// <param name="family">The family; never in IPv6.</param>
    public bool UsesLocalhostNodePorts(IpFamily family) => family == IpFamily.IPv4
        && (LocalhostNodePorts || !Level.HasLocalhostNodePortsOption)
        && NodePortAddresses.ContainIPv4Loopback;

    /// <summary>The options of a configuration.</summary>
    /// <param name="configuration">The configuration; null means all defaults.</param>
    /// <param name="level">The version; null means 1.31.</param>
    /// <exception cref="ArgumentException">A value does not parse or is outside its range; the message lists all such values.</exception>
    public static KubeProxyOptions From(KubeProxyConfiguration? configuration, KubeProxyLevel? level = null) =>
        TryFrom(configuration, level, out KubeProxyOptions? options, out EquatableArray<string> problems)
            ? options
            : throw new ArgumentException(string.Join("; ", problems), nameof(configuration));

    /// <summary>The options of a configuration, or what is wrong with it.</summary>
    /// <param name="configuration">The configuration; null means all defaults.</param>
    /// <param name="level">The version; null means 1.31.</param>
    /// <param name="options">The options, where nothing is wrong.</param>
    /// <param name="problems">What is wrong, as <c>field: message</c>.</param>
    public static bool TryFrom(
        KubeProxyConfiguration? configuration, KubeProxyLevel? level, [NotNullWhen(true)] out KubeProxyOptions? options, out EquatableArray<string> problems)
    {
        configuration ??= new KubeProxyConfiguration();
        level ??= KubeProxyLevel.Default;
        var found = new List<string>();
        if (configuration.Mode is not ("" or "iptables")) found.Add($"mode: only iptables is modelled, not \"{configuration.Mode}\"");
        int bit = configuration.MasqueradeBit ?? 14;
        if (bit is < 0 or > 31) found.Add("iptables.masqueradeBit: must be within the range [0, 31]");
        DetectLocalMode mode = configuration.DetectLocalMode ?? DetectLocalMode.ClusterCIDR;
        string localInterface = mode switch
        {
            DetectLocalMode.BridgeInterface => configuration.BridgeInterface,
            DetectLocalMode.InterfaceNamePrefix => configuration.InterfaceNamePrefix,
            _ => "",
        };
        if (mode == DetectLocalMode.BridgeInterface && localInterface.Length == 0) found.Add("detectLocal.bridgeInterface: cannot be empty");
        if (mode == DetectLocalMode.InterfaceNamePrefix && localInterface.Length == 0) found.Add("detectLocal.interfaceNamePrefix: cannot be empty");
        var parsed = new KubeProxyOptions
        {
            Level = level,
            MasqueradeBit = bit,
            MasqueradeAll = configuration.MasqueradeAll,
            LocalhostNodePorts = configuration.LocalhostNodePorts ?? true,
            NodePortAddresses = NodePortAddresses.Parse(configuration.NodePortAddresses, level, found),
            DetectLocalMode = mode,
            ClusterCidrs = ParseClusterCidrs(configuration.ClusterCIDR, found),
            LocalInterface = localInterface,
            ConntrackTcpBeLiberal = configuration.ConntrackTcpBeLiberal,
        };
        problems = found.ToEquatableArray();
        options = problems.IsEmpty ? parsed : null;
        return problems.IsEmpty;
    }

    private static EquatableArray<IpCidr> ParseClusterCidrs(string text, List<string> problems)
    {
        var networks = new List<IpCidr>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IpCidr.TryParse(part, out IpCidr network)) problems.Add($"clusterCIDR: \"{part}\" must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)");
            else if (networks.Exists(other => other.Family == network.Family)) problems.Add($"clusterCIDR: \"{text}\" must have at most one CIDR of each family");
            else networks.Add(network);
        }

        return networks.ToEquatableArray();
    }
}
