namespace NodePortSim.Kubernetes.Validation;

/// <summary>What of a Service may not change once it is set: its primary address and family, its health check port, its load balancer class.</summary>
internal static class ServiceUpdateValidation
{
    private const string MayNotChange = "may not change once set";

    /// <summary>Adds the problems of replacing <paramref name="before"/> by <paramref name="after"/>.</summary>
    public static void Validate(Service before, Service after, List<FieldError> errors)
    {
        ServiceSpec old = before.Spec, changed = after.Spec;
        FieldPath path = FieldPath.Spec;
        if (old.NeedsHealthCheckNodePort() && changed.NeedsHealthCheckNodePort()
            && old.HealthCheckNodePort != 0 && changed.HealthCheckNodePort != old.HealthCheckNodePort)
        {
            errors.Add(FieldError.Forbidden(path.Child("healthCheckNodePort"), "field is immutable"));
        }

        if (old.Type == ServiceType.LoadBalancer && changed.Type == ServiceType.LoadBalancer && old.LoadBalancerClass != changed.LoadBalancerClass)
            errors.Add(FieldError.Invalid(path.Child("loadBalancerClass"), changed.LoadBalancerClass ?? "", MayNotChange));
        if (old.Type == ServiceType.ExternalName || changed.Type == ServiceType.ExternalName) return;
        ValidateClusterIps(old, changed, path, errors);
        if (!old.IsHeadless() && !changed.IsHeadless()) ValidateFamilies(old, changed, path, errors);
    }

    private static void ValidateClusterIps(ServiceSpec old, ServiceSpec changed, FieldPath path, List<FieldError> errors)
    {
        if (old.IsHeadless() && changed.IsHeadless()) return;
        FieldPath ips = path.Child("clusterIPs");
        if (old.ClusterIPs.Count == changed.ClusterIPs.Count)
        {
            for (int i = 0; i < old.ClusterIPs.Count; i++)
                if (old.ClusterIPs[i] != changed.ClusterIPs[i]) errors.Add(FieldError.Invalid(ips.Index(i), changed.ClusterIPs, MayNotChange));
            return;
        }

        if (old.ClusterIPs.Count > 0 && changed.ClusterIPs.IsEmpty)
            errors.Add(FieldError.Invalid(ips.Index(0), changed.ClusterIPs, "primary clusterIP can not be unset"));
        else if (old.ClusterIPs.Count > 0 && old.ClusterIPs[0] != changed.ClusterIPs[0])
            errors.Add(FieldError.Invalid(ips.Index(0), changed.ClusterIPs, MayNotChange));
        if (old.ClusterIPs.Count > 1 && changed.ClusterIPs.Count == 1 && changed.IpFamilyPolicy != IpFamilyPolicy.SingleStack)
        {
            errors.Add(FieldError.Invalid(
                path.Child("ipFamilyPolicy"), changed.IpFamilyPolicy?.ToString() ?? "", "must be set to 'SingleStack' when releasing the secondary clusterIP"));
        }
    }

    private static void ValidateFamilies(ServiceSpec old, ServiceSpec changed, FieldPath path, List<FieldError> errors)
    {
        FieldPath families = path.Child("ipFamilies");
        if (old.IpFamilies.Count > 0 && changed.IpFamilies.Count > 0 && old.IpFamilies[0] != changed.IpFamilies[0])
            errors.Add(FieldError.Invalid(families.Index(0), changed.IpFamilies[0].ToString(), MayNotChange));
        if (old.IpFamilies.Count > 1 && changed.IpFamilies.Count == 1 && changed.IpFamilyPolicy != IpFamilyPolicy.SingleStack)
        {
            errors.Add(FieldError.Invalid(
                path.Child("ipFamilyPolicy"), changed.IpFamilyPolicy?.ToString() ?? "", "must be set to 'SingleStack' when releasing the secondary ipFamily"));
        }
    }
}
