using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Configuration;

/// <summary>A nodeportsim.dev/v1alpha1 ExternalClient: a host outside the cluster, on the nodes' network.</summary>
public sealed record ExternalClient : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "nodeportsim.dev/v1alpha1";

    /// <inheritdoc/>
    public override string Kind => "ExternalClient";

    /// <summary><c>spec.addresses</c>: addresses, with a prefix length or with that of the nodes' network (/24, IPv6 /64).</summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary><c>spec.routes</c>: routes beside the default route to the gateway.</summary>
    public EquatableArray<ClientRoute> Routes { get; init; }
}

/// <summary>A route of an <see cref="ExternalClient"/>.</summary>
/// <param name="To">The destination network.</param>
/// <param name="Via">The next hop's address.</param>
public sealed record ClientRoute(string To, string Via);
