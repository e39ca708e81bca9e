using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One endpoint of a service port (spec kube-proxy-iptables 1.4 and 1.5). Immutable; thread-safe.</summary>
public sealed class EndpointInfo : IEquatable<EndpointInfo>
{
    private Chain? _chain;

    /// <summary>The address and port.</summary>
    public required IpEndpoint Endpoint { get; init; }

    /// <summary>The endpoint's text, <c>a.b.c.d:port</c> or <c>[v6]:port</c>: its identity within the service port.</summary>
    public required string Text { get; init; }

    /// <summary>The name of its KUBE-SEP chain.</summary>
    public required string ChainName { get; init; }

    /// <summary>Whether it takes new connections.</summary>
    public bool IsReady { get; init; }

    /// <summary>Whether it answers, be it terminating or not.</summary>
    public bool IsServing { get; init; }

    /// <summary>Whether its pod is being deleted.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>The node that it runs on, or null where unknown.</summary>
    public string? NodeName { get; init; }

    /// <summary>The zones whose nodes should use it.</summary>
    public EquatableArray<string> ZoneHints { get; init; }

    /// <summary>The nodes that should use it.</summary>
    public EquatableArray<string> NodeHints { get; init; }

    /// <summary>Whether it can stand in where no endpoint is ready.</summary>
    public bool IsServingTerminating => IsServing && IsTerminating;

    /// <summary>Whether it runs on a node.</summary>
    /// <param name="nodeName">The node's name.</param>
    public bool IsLocalTo(string nodeName) => nodeName.Length > 0 && string.Equals(NodeName, nodeName, StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool Equals(EndpointInfo? other) => other is not null
        && (ReferenceEquals(this, other) || (Endpoint == other.Endpoint
            && ChainName == other.ChainName
            && IsReady == other.IsReady
            && IsServing == other.IsServing
            && IsTerminating == other.IsTerminating
            && NodeName == other.NodeName
            && ZoneHints == other.ZoneHints
            && NodeHints == other.NodeHints));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndpointInfo);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Endpoint, ChainName, IsReady, IsServing, IsTerminating, NodeName);

    /// <summary>The endpoint's text.</summary>
    public override string ToString() => Text;

    /// <summary>The endpoint's chain, the same object for every node; whoever comes first makes it.</summary>
    /// <param name="make">Makes the chain.</param>
    /// <param name="argument">What <paramref name="make"/> needs.</param>
    /// <param name="usable">Whether a chain that was made before is still the right one.</param>
    internal Chain SharedChain<T>(Func<EndpointInfo, T, Chain> make, T argument, Func<Chain, T, bool> usable)
    {
        while (true)
        {
            Chain? known = Volatile.Read(ref _chain);
            if (known is not null && usable(known, argument)) return known;
            Chain made = make(this, argument);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _chain, made, known), known)) return made;
        }
    }
}
