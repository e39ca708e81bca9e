using NodePortSim.Collections;

namespace NodePortSim.Kubernetes;

/// <summary>A v1 Endpoints: the older form of EndpointSlice; its name is the Service's. The cluster mirrors it into slices.</summary>
public sealed record Endpoints : KubernetesObject
{
    /// <inheritdoc/>
    public override string ApiVersion => "v1";

    /// <inheritdoc/>
    public override string Kind => "Endpoints";

    /// <summary><c>subsets</c>: addresses that share their ports.</summary>
    public EquatableArray<EndpointSubset> Subsets { get; init; }
}

/// <summary>One subset of an Endpoints object.</summary>
public sealed record EndpointSubset
{
    /// <summary><c>addresses</c>: those that are ready.</summary>
    public EquatableArray<EndpointAddress> Addresses { get; init; }

    /// <summary><c>notReadyAddresses</c>.</summary>
    public EquatableArray<EndpointAddress> NotReadyAddresses { get; init; }

    /// <summary><c>ports</c>.</summary>
    public EquatableArray<EndpointPort> Ports { get; init; }
}

/// <summary>One address of an Endpoints object.</summary>
public sealed record EndpointAddress
{
    /// <summary><c>ip</c>.</summary>
    public string Ip { get; init; } = "";

    /// <summary><c>hostname</c>.</summary>
    public string? Hostname { get; init; }

    /// <summary><c>nodeName</c>.</summary>
    public string? NodeName { get; init; }

    /// <summary><c>targetRef</c>.</summary>
    public ObjectReference? TargetRef { get; init; }
}
