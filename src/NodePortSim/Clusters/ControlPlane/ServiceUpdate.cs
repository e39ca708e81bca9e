using NodePortSim.Collections;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>What the API server carries over when a Service is replaced: allocated values stay, and those that a new type cannot have go.</summary>
internal static class ServiceUpdate
{
    /// <summary>The new Service with what it inherits of the old one.</summary>
    /// <param name="before">The stored Service.</param>
    /// <param name="after">The Service that replaces it, defaulted.</param>
    public static Service Prepare(Service before, Service after)
    {
        ServiceSpec spec = DropWhatTheTypeCannotHave(before.Spec, after.Spec);
        spec = KeepClusterIps(before.Spec, spec);
        spec = KeepNodePorts(before.Spec, spec);

        // kubectl apply leaves status to controllers; one that is given replaces the stored one.
        ServiceStatus status = after.Status.LoadBalancerIngress.IsEmpty && spec.Type == before.Spec.Type ? before.Status : after.Status;
        return after with { Spec = spec, Status = status };
    }

    private static ServiceSpec DropWhatTheTypeCannotHave(ServiceSpec old, ServiceSpec changed)
    {
        if (changed.Type == ServiceType.ExternalName && old.Type != ServiceType.ExternalName && changed.ClusterIPs == old.ClusterIPs)
            changed = changed with { ClusterIP = "", ClusterIPs = [], IpFamilies = [], IpFamilyPolicy = null };
        if (old.NeedsNodePorts() && !changed.NeedsNodePorts())
        {
            HashSet<int> released = [.. old.Ports.Select(static port => port.NodePort)];
            changed = changed with
            {
                Ports = changed.Ports.Select(port => released.Contains(port.NodePort) ? port with { NodePort = 0 } : port).ToEquatableArray(),
            };
        }

        if (old.NeedsHealthCheckNodePort() && !changed.NeedsHealthCheckNodePort() && old.HealthCheckNodePort == changed.HealthCheckNodePort)
            changed = changed with { HealthCheckNodePort = 0 };
        if (old.IsExternallyAccessible() && !changed.IsExternallyAccessible() && old.ExternalTrafficPolicy == changed.ExternalTrafficPolicy)
            changed = changed with { ExternalTrafficPolicy = null };
        if (old.Type != ServiceType.LoadBalancer || changed.Type == ServiceType.LoadBalancer) return changed;
        return changed with
        {
            AllocateLoadBalancerNodePorts = old.AllocateLoadBalancerNodePorts == changed.AllocateLoadBalancerNodePorts ? null : changed.AllocateLoadBalancerNodePorts,
            LoadBalancerClass = old.LoadBalancerClass == changed.LoadBalancerClass ? null : changed.LoadBalancerClass,
        };
    }

    private static ServiceSpec KeepClusterIps(ServiceSpec old, ServiceSpec changed)
    {
        if (!old.NeedsClusterIP() || !changed.NeedsClusterIP()) return changed;
        if (changed.ClusterIP.Length == 0 && changed.ClusterIPs.IsEmpty) changed = changed with { ClusterIP = old.ClusterIP, ClusterIPs = old.ClusterIPs };
        else if (changed.ClusterIPs.Count == 1 && changed.ClusterIP == old.ClusterIP && old.ClusterIPs.Count > 1 && changed.IpFamilyPolicy is null)
            changed = changed with { ClusterIPs = old.ClusterIPs };
        IpFamilyPolicy? policy = changed.IpFamilyPolicy ?? old.IpFamilyPolicy;
        changed = changed with { IpFamilyPolicy = policy, IpFamilies = changed.IpFamilies.IsEmpty ? old.IpFamilies : changed.IpFamilies };
        if (policy != IpFamilyPolicy.SingleStack) return changed;

        // Asking for SingleStack alone releases the second address and family.
        return changed with
        {
            ClusterIPs = changed.ClusterIPs == old.ClusterIPs ? changed.ClusterIPs.Take(1).ToEquatableArray() : changed.ClusterIPs,
            IpFamilies = changed.IpFamilies == old.IpFamilies ? changed.IpFamilies.Take(1).ToEquatableArray() : changed.IpFamilies,
        };
    }

    private static ServiceSpec KeepNodePorts(ServiceSpec old, ServiceSpec changed)
    {
        if (old.NeedsHealthCheckNodePort() && changed.NeedsHealthCheckNodePort() && changed.HealthCheckNodePort == 0)
            changed = changed with { HealthCheckNodePort = old.HealthCheckNodePort };
        if (!old.NeedsNodePorts() || !changed.NeedsNodePorts()) return changed;
        Dictionary<string, int> byName = new(StringComparer.Ordinal);
        foreach (ServicePort port in old.Ports) byName[port.Name] = port.NodePort;
        HashSet<int> used = [.. changed.Ports.Select(static port => port.NodePort)];
        var ports = new List<ServicePort>();
        foreach (ServicePort port in changed.Ports)
        {
            bool inherits = port.NodePort == 0 && byName.TryGetValue(port.Name, out int nodePort) && nodePort != 0 && used.Add(nodePort);
            ports.Add(inherits ? port with { NodePort = byName[port.Name] } : port);
        }

        return changed with { Ports = ports.ToEquatableArray() };
    }
}
