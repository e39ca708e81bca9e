using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodePortSim.Collections;

namespace NodePortSim.KubeProxy;

/// <summary>What a Kubernetes minor version's kube-proxy does differently from the others: every version difference, once, as data.</summary>
/// <remarks>
/// Spec kube-proxy-iptables 9. The levels 1.30, 1.31 and 1.36 are compared with recordings of the real kube-proxy; what the older levels write is described
/// by that section, which marks parts as unverified. Immutable; thread-safe.
/// </remarks>
public sealed record KubeProxyLevel
{
    private KubeProxyLevel(int minor) => Minor = minor;

    /// <summary>The levels that are modelled, oldest first: 1.22 to 1.36.</summary>
    public static EquatableArray<KubeProxyLevel> All { get; } = Enumerable.Range(22, 15).Select(static minor => new KubeProxyLevel(minor)).ToEquatableArray();

    /// <summary>The level of this library's reference, 1.31.</summary>
    public static KubeProxyLevel Default { get; } = All[31 - 22];

    /// <summary>The minor version: 31 of 1.31.</summary>
    public int Minor { get; }

    /// <summary>How traffic from outside the cluster reaches a service's endpoints.</summary>
    public ExternalRouting ExternalRouting => Minor switch
    {
        <= 23 => ExternalRouting.LoadBalancerChains,
        24 => ExternalRouting.ExternalChainsMarkDrop,
        _ => ExternalRouting.ExternalChains,
    };

    /// <summary>Whether <c>localhostNodePorts</c> can be turned off; before 1.26 node ports always answer on loopback addresses.</summary>
    public bool HasLocalhostNodePortsOption => Minor >= 26;

    /// <summary>Whether kube-proxy writes KUBE-FIREWALL and its jumps itself; before 1.27 the kubelet does.</summary>
    public bool OwnsFirewallChain => Minor >= 27;

    /// <summary>Whether a sync writes only the chains of services that changed (1.27 and later, by default).</summary>
    public bool SyncsPartially => Minor >= 27;

    /// <summary>Whether endpoints that terminate but still serve stand in where none is ready (1.26 and later, by default).</summary>
    public bool FallsBackToTerminating => Minor >= 26;

    /// <summary>Whether a set <c>nf_conntrack_tcp_be_liberal</c> keeps the rule that drops INVALID packets away.</summary>
    public bool HonoursConntrackBeLiberal => Minor >= 29;

    /// <summary>Whether load balancer addresses of <c>ipMode: Proxy</c> are left to the load balancer.</summary>
    public bool HonoursIpModeProxy => Minor >= 30;

    /// <summary>Whether rules count on nfacct objects.</summary>
    public bool HasNfacctCounters => Minor >= 31;

    /// <summary>Whether <c>nodePortAddresses</c> may be the word <c>primary</c>.</summary>
    public bool HasPrimaryNodePortAddresses => Minor >= 31;

    /// <summary>Whether topology hints count only for a Service with the topology-mode annotation.</summary>
    public bool HintsNeedAnnotation => Minor <= 30;

    /// <summary>Whether hints for nodes count (on by default since 1.34).</summary>
    public bool HonoursNodeHints => Minor >= 34;

    /// <summary>Whether a source range of prefix length 0 means that there is no restriction at all.</summary>
    public bool UnrestrictedByZeroSourceRange => Minor >= 34;

    /// <summary>Whether, of a node's labels, only a change of the topology labels makes the next sync a full one.</summary>
    public bool WatchesTopologyLabelsOnly => Minor >= 35;

    /// <summary>Whether a sync is full when the last full one is more than an hour ago.</summary>
    public bool SyncsFullyEveryHour => Minor >= 33;

    /// <summary>How stale UDP conntrack entries are found.</summary>
    public StaleFlowDetection StaleFlowDetection => Minor switch
    {
        <= 31 => StaleFlowDetection.Events,
        32 => StaleFlowDetection.ReconciledEverySync,
        _ => StaleFlowDetection.ReconciledOnUdpChange,
    };

    /// <summary>The version as written in <c>--kube-proxy</c>: <c>1.31</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"1.{Minor}");

    /// <summary>The level of a version: <c>1.31</c>, <c>v1.31.4</c>.</summary>
    /// <param name="text">The version.</param>
    /// <exception cref="FormatException">The text is not a version that is modelled.</exception>
    public static KubeProxyLevel Parse(string text) => TryParse(text, out KubeProxyLevel? level)
        ? level
        : throw new FormatException($"\"{text}\" is not a kube-proxy version between {All[0]} and {All[All.Count - 1]}");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out KubeProxyLevel? level)
    {
        level = null;
        string[] parts = (text ?? "").TrimStart('v').Split('.');
        if (parts.Length is < 2 or > 3 || parts[0] != "1") return false;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)) return false;
        if (parts.Length == 3 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out _)) return false;
        foreach (KubeProxyLevel known in All)
            if (known.Minor == minor) level = known;
        return level is not null;
    }
}

/// <summary>How traffic to node ports, external IPs and load balancer addresses reaches a service's endpoints.</summary>
public enum ExternalRouting
{
    /// <summary>KUBE-XLB chains for policy Local and KUBE-FW for every load balancer address (1.23 and before).</summary>
    LoadBalancerChains,

    /// <summary>KUBE-EXT and KUBE-SVL chains; unwanted packets are marked and dropped in the kubelet's KUBE-FIREWALL (1.24).</summary>
    ExternalChainsMarkDrop,

    /// <summary>KUBE-EXT and KUBE-SVL chains; unwanted packets are dropped by filter rules (1.25 and later).</summary>
    ExternalChains,
}

/// <summary>How stale UDP conntrack entries are found (spec kube-proxy-iptables 7).</summary>
public enum StaleFlowDetection
{
    /// <summary>By what vanished since the last sync.</summary>
    Events,

    /// <summary>By comparing every entry with the services, after every sync.</summary>
    ReconciledEverySync,

    /// <summary>By comparing every entry with the services, after a sync in which a service with a UDP port changed.</summary>
    ReconciledOnUdpChange,
}
