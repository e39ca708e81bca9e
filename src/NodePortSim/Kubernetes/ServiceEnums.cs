namespace NodePortSim.Kubernetes;

/// <summary>How a Service is reached.</summary>
public enum ServiceType
{
    /// <summary>At its cluster IP.</summary>
    ClusterIP,

    /// <summary>Also at a port of every node.</summary>
    NodePort,

    /// <summary>Also at a load balancer's address.</summary>
    LoadBalancer,

    /// <summary>As a DNS alias; without rules.</summary>
    ExternalName,
}

/// <summary>Which endpoints traffic may use: of <c>externalTrafficPolicy</c> and <c>internalTrafficPolicy</c>.</summary>
public enum TrafficPolicy
{
    /// <summary>All of the cluster.</summary>
    Cluster,

    /// <summary>Those on the node that the traffic arrived at.</summary>
    Local,
}

/// <summary>Whether a client is kept on one endpoint.</summary>
public enum SessionAffinity
{
    /// <summary>Each connection chooses anew.</summary>
    None,

    /// <summary>By the client's address.</summary>
    ClientIP,
}

/// <summary>How many families a Service has.</summary>
public enum IpFamilyPolicy
{
    /// <summary>One.</summary>
    SingleStack,

    /// <summary>Two where the cluster has two.</summary>
    PreferDualStack,

    /// <summary>Two, or an error.</summary>
    RequireDualStack,
}

/// <summary>Whether nodes take a load balancer's address for their own.</summary>
public enum LoadBalancerIpMode
{
    /// <summary>They do.</summary>
    VIP,

    /// <summary>They send to the load balancer.</summary>
    Proxy,
}
