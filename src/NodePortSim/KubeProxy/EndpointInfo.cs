using System.Diagnostics.CodeAnalysis;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>One endpoint of a service port (spec kube-proxy-iptables 1.4 and 1.5). Immutable; thread-safe.</summary>
public sealed class EndpointInfo : IEquatable<EndpointInfo>
{
    private readonly ServicePortName? _servicePort;
    private string? _text;
    private string? _chainName;
    private Chain? _chain;

#pragma warning disable CS8618 // Text and chain name are set by whoever makes one, or found when asked for.
    /// <summary>Makes an endpoint of nothing but what is set.</summary>
    public EndpointInfo()
    {
    }

    /// <summary>Makes an endpoint whose text and chain name are found when first asked for: a cluster has many, and rules of few are ever needed.</summary>
    [SetsRequiredMembers]
    internal EndpointInfo(ServicePortName servicePort, IpEndpoint endpoint)
    {
        _servicePort = servicePort;
        Endpoint = endpoint;
    }
#pragma warning restore CS8618

    /// <summary>The address and port.</summary>
    public required IpEndpoint Endpoint { get; init; }

    /// <summary>The endpoint's text, <c>a.b.c.d:port</c> or <c>[v6]:port</c>: its identity within the service port.</summary>
    public required string Text
    {
        get => _text ??= Endpoint.ToString();
        init => _text = value;
    }

    /// <summary>The name of its KUBE-SEP chain.</summary>
    public required string ChainName
    {
        get => _chainName ??= ChainNames.OfEndpoint(_servicePort!, Text);
        init => _chainName = value;
    }

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
            && HasChainOf(other)
            && IsReady == other.IsReady
            && IsServing == other.IsServing
            && IsTerminating == other.IsTerminating
            && NodeName == other.NodeName
            && ZoneHints == other.ZoneHints
            && NodeHints == other.NodeHints));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndpointInfo);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Endpoint, IsReady, IsServing, IsTerminating, NodeName);

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

    /// <summary>Endpoints of equal texts have one chain exactly if they are of one service port: then no name need be made.</summary>
    private bool HasChainOf(EndpointInfo other) =>
        _servicePort is { } mine && other._servicePort is { } its ? mine.Equals(its) : ChainName == other.ChainName;
}
