using System.Security.Cryptography;
using System.Text;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>The names of kube-proxy's chains (spec kube-proxy-iptables 2 and 3.1). Thread-safe.</summary>
public static class ChainNames
{
    /// <summary>Where traffic to cluster, external and load balancer IPs is found.</summary>
    public const string Services = "KUBE-SERVICES";

    /// <summary>Where traffic to external addresses without endpoints is refused.</summary>
    public const string ExternalServices = "KUBE-EXTERNAL-SERVICES";

    /// <summary>Where traffic to node ports is found; in filter, where health check ports are accepted.</summary>
    public const string NodePorts = "KUBE-NODEPORTS";

    /// <summary>Where marked traffic gets the node's address.</summary>
    public const string Postrouting = "KUBE-POSTROUTING";

    /// <summary>Which marks a packet for masquerading.</summary>
    public const string MarkMasquerade = "KUBE-MARK-MASQ";

    /// <summary>Which marks a packet for dropping; the kubelet's, used up to level 1.24.</summary>
    public const string MarkDrop = "KUBE-MARK-DROP";

    /// <summary>Where forwarded service traffic is accepted.</summary>
    public const string Forward = "KUBE-FORWARD";

    /// <summary>Where traffic outside the source ranges is dropped.</summary>
    public const string ProxyFirewall = "KUBE-PROXY-FIREWALL";

    /// <summary>Where traffic to loopback addresses from outside is dropped.</summary>
    public const string Firewall = "KUBE-FIREWALL";

    /// <summary>An empty chain whose loss tells that someone flushed the rules.</summary>
    public const string Canary = "KUBE-PROXY-CANARY";

    internal const string ClusterPrefix = "KUBE-SVC-";
    internal const string LocalPrefix = "KUBE-SVL-";
    internal const string ExternalPrefix = "KUBE-EXT-";
    internal const string FirewallPrefix = "KUBE-FW-";
    internal const string LoadBalancerPrefix = "KUBE-XLB-";
    internal const string EndpointPrefix = "KUBE-SEP-";

    private const int HashLength = 16;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The chains of a service port.</summary>
    /// <param name="name">The service port.</param>
    public static ServiceChainNames Of(ServicePortName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new ServiceChainNames(Hash(name.ToString(), name.Protocol.LowerName(), ""));
    }

    /// <summary>The chain of one endpoint of a service port: KUBE-SEP-….</summary>
    /// <param name="name">The service port.</param>
    /// <param name="endpoint">The endpoint's text, <c>a.b.c.d:port</c> or <c>[v6]:port</c>.</param>
    public static string OfEndpoint(ServicePortName name, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(name);
        return EndpointPrefix + Hash(name.ToString(), name.Protocol.LowerName(), endpoint);
    }

    /// <summary>The first 16 characters of the base32 text of the SHA-256 digest of the three parts, written without a separator.</summary>
    internal static string Hash(string servicePort, string protocol, string endpoint)
    {
        int length = servicePort.Length + protocol.Length + endpoint.Length;
        Span<char> text = length <= 256 ? stackalloc char[length] : new char[length];
        servicePort.CopyTo(text);
        protocol.CopyTo(text[servicePort.Length..]);
        endpoint.CopyTo(text[(servicePort.Length + protocol.Length)..]);
        Span<byte> utf8 = length <= 256 ? stackalloc byte[length * 3] : new byte[length * 3];
        utf8 = utf8[..Encoding.UTF8.GetBytes(text, utf8)];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8, digest);
        Span<char> hash = stackalloc char[HashLength];
        for (int i = 0; i < HashLength; i++)
        {
            // Five bits at a time; two bytes always hold them whole.
            int bit = i * 5;
            int pair = digest[bit / 8] << 8 | digest[bit / 8 + 1];
            hash[i] = Base32[pair >> (11 - bit % 8) & 31];
        }

        return new string(hash);
    }
}

/// <summary>The chains of one service port; both families have the same names. Immutable; thread-safe.</summary>
/// <param name="Hash">The 16 characters that the names share.</param>
public sealed record ServiceChainNames(string Hash)
{
    private string? _cluster, _local, _external, _firewall, _loadBalancer;

    /// <summary>KUBE-SVC-…: dispatch among the endpoints of the cluster.</summary>
    public string Cluster => _cluster ??= ChainNames.ClusterPrefix + Hash;

    /// <summary>KUBE-SVL-…: dispatch among the node's own endpoints.</summary>
    public string Local => _local ??= ChainNames.LocalPrefix + Hash;

    /// <summary>KUBE-EXT-…: the way in for traffic to external addresses.</summary>
    public string External => _external ??= ChainNames.ExternalPrefix + Hash;

    /// <summary>KUBE-FW-…: the way in for traffic to load balancer addresses with source ranges.</summary>
    public string Firewall => _firewall ??= ChainNames.FirewallPrefix + Hash;

    /// <summary>KUBE-XLB-…: up to level 1.23, the way in for external traffic with policy Local.</summary>
    public string LoadBalancer => _loadBalancer ??= ChainNames.LoadBalancerPrefix + Hash;

    /// <summary>Whether two services' chains have the same names.</summary>
    /// <param name="other">The other names.</param>
    public bool Equals(ServiceChainNames? other) => other is not null && string.Equals(Hash, other.Hash, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Hash, StringComparison.Ordinal);
}
