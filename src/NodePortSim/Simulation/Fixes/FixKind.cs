namespace NodePortSim.Simulation.Fixes;

/// <summary>What a <see cref="Fix"/> does, from the nearest to the farthest.</summary>
public enum FixKind
{
    /// <summary>The client connects to another port of the same address.</summary>
    OtherPort,

    /// <summary>The client uses another protocol.</summary>
    OtherProtocol,

    /// <summary>The client connects to another address of the node, or of the Service, such as a node's instead of the cluster IP.</summary>
    OtherAddress,

    /// <summary>The client connects to another node.</summary>
    OtherNode,

    /// <summary>The client opens a new connection.</summary>
    Reconnect,

    /// <summary><c>spec.externalTrafficPolicy</c> of a Service.</summary>
    ExternalTrafficPolicy,

    /// <summary><c>spec.internalTrafficPolicy</c> of a Service.</summary>
    InternalTrafficPolicy,

    /// <summary><c>spec.loadBalancerSourceRanges</c> of a Service.</summary>
    LoadBalancerSourceRanges,

    /// <summary><c>spec.ports[].targetPort</c> of a Service.</summary>
    TargetPort,

    /// <summary><c>spec.ports[].nodePort</c> of a Service.</summary>
    NodePort,

    /// <summary><c>spec.ipFamilyPolicy</c> and <c>spec.ipFamilies</c> of a Service.</summary>
    IpFamilies,

    /// <summary><c>spec.selector</c> of a Service.</summary>
    Selector,

    /// <summary>The readiness of a pod, or of an endpoint.</summary>
    Readiness,

    /// <summary>The endpoints of an EndpointSlice.</summary>
    EndpointSlice,

    /// <summary>kube-proxy's configuration.</summary>
    KubeProxyConfiguration,

    /// <summary>The routes of an external client.</summary>
    ClientRoute,

    /// <summary>The shape of the pod network.</summary>
    Network,

    /// <summary>A kernel parameter of the nodes.</summary>
    Sysctl,

    /// <summary>The number of a Deployment's pods.</summary>
    Scale,

    /// <summary>One more pod.</summary>
    AddPod,

    /// <summary>A pod's server listens on another port.</summary>
    Listen,

    /// <summary>A rule of an administrator goes.</summary>
    DeleteRule,

    /// <summary>The policy of a built-in chain.</summary>
    Policy,

    /// <summary>Time passes until entries end.</summary>
    Wait,

    /// <summary>A node's connection tracking table is emptied.</summary>
    FlushConntrack,
}
