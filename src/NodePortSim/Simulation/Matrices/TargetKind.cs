namespace NodePortSim.Simulation.Matrices;

/// <summary>Which address of a service port a client connects to.</summary>
public enum TargetKind
{
    /// <summary>The cluster IP.</summary>
    ClusterIP,

    /// <summary>The node port on an address of a node.</summary>
    NodePort,

    /// <summary>An external IP.</summary>
    ExternalIP,

    /// <summary>An address of the load balancer.</summary>
    LoadBalancer,
}
