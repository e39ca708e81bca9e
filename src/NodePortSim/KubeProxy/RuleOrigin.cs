using NodePortSim.Net;

namespace NodePortSim.KubeProxy;

/// <summary>What a chain of kube-proxy's is for.</summary>
public enum ChainRole
{
    /// <summary>Found at the hooks, the same on every node: KUBE-SERVICES, KUBE-NODEPORTS, KUBE-POSTROUTING, ….</summary>
    Fixed,

    /// <summary>KUBE-EXT: the way in for external traffic.</summary>
    External,

    /// <summary>KUBE-FW: the way in for traffic to load balancer addresses with source ranges.</summary>
    Firewall,

    /// <summary>KUBE-SVC: dispatch among the cluster's endpoints.</summary>
    ClusterDispatch,

    /// <summary>KUBE-SVL: dispatch among the node's endpoints.</summary>
    LocalDispatch,

    /// <summary>KUBE-XLB: up to level 1.23, external traffic with policy Local.</summary>
    LoadBalancer,

    /// <summary>KUBE-SEP: one endpoint.</summary>
    Endpoint,
}

/// <summary>Where a chain comes from. Immutable; thread-safe.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="ServicePort">Its service port; null for a fixed chain.</param>
/// <param name="Endpoint">Its endpoint; null unless the chain is one's.</param>
public sealed record ChainOrigin(ChainRole Role, ServicePortName? ServicePort = null, IpEndpoint? Endpoint = null);

/// <summary>Why a rule exists.</summary>
public enum RuleReason
{
    /// <summary>A jump from a built-in chain.</summary>
    Hook,

    /// <summary>Traffic to a cluster IP goes to its service.</summary>
    ClusterIP,

    /// <summary>Traffic to an external IP goes to its service.</summary>
    ExternalIP,

    /// <summary>Traffic to a load balancer address goes to its service.</summary>
    LoadBalancerIP,

    /// <summary>Traffic to a node port goes to its service.</summary>
    NodePort,

    /// <summary>Traffic to the node's own addresses is looked up among the node ports.</summary>
    NodePorts,

    /// <summary>No endpoint of the service is usable: traffic is refused.</summary>
    NoEndpoints,

    /// <summary>No endpoint of the service runs on the node, and the traffic policy is Local: traffic is dropped.</summary>
    NoLocalEndpoints,

    /// <summary>The client is outside <c>loadBalancerSourceRanges</c>: traffic is dropped.</summary>
    NotInSourceRanges,

    /// <summary>The client is inside <c>loadBalancerSourceRanges</c>.</summary>
    InSourceRanges,

    /// <summary>The Service's health check port is accepted.</summary>
    HealthCheckNodePort,

    /// <summary>conntrack calls the packet invalid: it is dropped.</summary>
    InvalidState,

    /// <summary>The packet is marked, so it is service traffic, and may be forwarded.</summary>
    MarkedForMasquerade,

    /// <summary>The packet belongs to a known connection and may be forwarded.</summary>
    EstablishedAccepted,

    /// <summary>Loopback addresses are not reachable from outside.</summary>
    LocalnetProtection,

    /// <summary>The packet is marked for masquerading.</summary>
    MarkMasquerade,

    /// <summary>The packet is marked for dropping (level 1.24 and before).</summary>
    MarkDrop,

    /// <summary>Marked packets are masqueraded, others go on.</summary>
    Masquerade,

    /// <summary>External traffic of the cluster's pods or of the node itself takes the way of cluster traffic.</summary>
    LocalTraffic,

    /// <summary>External traffic goes on to the policy's dispatch chain.</summary>
    ExternalTraffic,

    /// <summary>The client was sent to this endpoint before.</summary>
    SessionAffinity,

    /// <summary>An endpoint is chosen at random.</summary>
    LoadBalancing,

    /// <summary>The endpoint reaches itself through the service, and is masqueraded.</summary>
    Hairpin,

    /// <summary>The destination becomes the endpoint.</summary>
    DestinationNat,
}

/// <summary>Where a rule comes from. Immutable; thread-safe.</summary>
/// <param name="Reason">Why it exists.</param>
/// <param name="ServicePort">Its service port; null for a fixed rule.</param>
/// <param name="Endpoint">Its endpoint; null unless it chooses or rewrites to one.</param>
public sealed record RuleOrigin(RuleReason Reason, ServicePortName? ServicePort = null, IpEndpoint? Endpoint = null);
