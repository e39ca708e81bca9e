using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes;

/// <summary>A discovery.k8s.io/v1 EndpointSlice: some endpoints of a Service.</summary>
public sealed record EndpointSlice : KubernetesObject
{
    /// <summary>The label that names the Service of a slice.</summary>
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <inheritdoc/>
    public override string ApiVersion => "discovery.k8s.io/v1";

    /// <inheritdoc/>
    public override string Kind => "EndpointSlice";

    /// <summary><c>addressType</c>: what the endpoints' addresses are.</summary>
    public AddressFormat? AddressType { get; init; }

    /// <summary><c>endpoints</c>.</summary>
    public EquatableArray<Endpoint> Endpoints { get; init; }

    /// <summary><c>ports</c>: those of every endpoint of the slice.</summary>
    public EquatableArray<EndpointPort> Ports { get; init; }

    /// <summary>The name of the Service that the slice belongs to, or null where its label is missing or empty.</summary>
    public string? ServiceName => Metadata.Labels[ServiceNameLabel] is { Length: > 0 } name ? name : null;
}

/// <summary>The <c>addressType</c> of an EndpointSlice.</summary>
public enum AddressFormat
{
    /// <summary>IPv4 addresses.</summary>
    IPv4,

    /// <summary>IPv6 addresses.</summary>
    IPv6,

    /// <summary>DNS names; kube-proxy ignores them.</summary>
    FQDN,
}

/// <summary>One endpoint of a slice.</summary>
public sealed record Endpoint
{
    /// <summary><c>addresses</c>; only the first counts.</summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary><c>conditions.ready</c>; null counts as true.</summary>
    public bool? Ready { get; init; }

    /// <summary><c>conditions.serving</c>; null counts as true.</summary>
    public bool? Serving { get; init; }

    /// <summary><c>conditions.terminating</c>; null counts as false.</summary>
    public bool? Terminating { get; init; }

    /// <summary><c>hostname</c>.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>nodeName</c>: the node that the endpoint runs on.</summary>
    public string? NodeName { get; init; }

    /// <summary><c>zone</c>.</summary>
    public string? Zone { get; init; }

    /// <summary><c>hints.forZones[].name</c>: the zones whose nodes should use the endpoint.</summary>
    public EquatableArray<string> HintsForZones { get; init; }

    /// <summary><c>hints.forNodes[].name</c>: the nodes that should use the endpoint.</summary>
    public EquatableArray<string> HintsForNodes { get; init; }

    /// <summary><c>targetRef</c>: the object behind the endpoint, a pod as a rule.</summary>
    public ObjectReference? TargetRef { get; init; }
}

/// <summary>One port of a slice.</summary>
public sealed record EndpointPort
{
    /// <summary><c>name</c>, equal to the Service port's; null makes kube-proxy ignore the port.</summary>
    public string? Name { get; init; }

    /// <summary><c>protocol</c>; defaults to TCP.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary><c>port</c>; null or 0 makes kube-proxy ignore it.</summary>
    public int? Port { get; init; }

    /// <summary><c>appProtocol</c>.</summary>
    public string? AppProtocol { get; init; }
}

/// <summary>A reference to an object.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record ObjectReference(string Kind, string Namespace, string Name);
