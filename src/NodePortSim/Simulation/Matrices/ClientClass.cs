namespace NodePortSim.Simulation.Matrices;

/// <summary>From where a client connects, as far as rules may care.</summary>
public enum ClientClass
{
    /// <summary>An external client.</summary>
    External,

    /// <summary>The node itself: the one whose address is connected to, or on which the way to a cluster IP begins.</summary>
    Node,

    /// <summary>Another node.</summary>
    OtherNode,

    /// <summary>A pod on the node, no backend of the Service.</summary>
    PodOnNode,

    /// <summary>A pod on another node, no backend of the Service.</summary>
    PodElsewhere,

    /// <summary>A backend of the Service on the node.</summary>
    Backend,
}
