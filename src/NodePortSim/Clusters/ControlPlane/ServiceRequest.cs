using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>A Service that a verb writes.</summary>
/// <param name="Index">Which of the verb's objects it is, counted from 0; -1 where the verb has no objects.</param>
/// <param name="Key">Its namespace and name.</param>
/// <param name="Stored">Whether it came as an API server had stored it (<see cref="IsStored"/>).</param>
/// <param name="Patch">Whether it is a stored Service with some fields changed.</param>
internal sealed record ServiceRequest(int Index, ObjectKey Key, bool Stored, bool Patch)
{
    /// <summary>Whether a Service comes as an API server had stored it: with <c>clusterIP</c>, <c>clusterIPs</c> and <c>ipFamilies</c>.</summary>
    /// <remarks>
    /// Nobody writes all three by hand; a copy of a real cluster has them. Of such a copy an absent node port is absent on purpose (a port
    /// that never got one), so nothing is allocated for it: its rules must be those of the cluster that it is a copy of.
    /// </remarks>
    public static bool IsStored(Service service) =>
        service.Spec.ClusterIP.Length > 0 && !service.Spec.ClusterIPs.IsEmpty && !service.Spec.IpFamilies.IsEmpty;
}
