using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Checks a Service's IP families against those that the cluster has.</summary>
internal static class ServiceFamilies
{
    /// <summary>The problems of a valid spec in a cluster of <paramref name="networks"/>, in the API server's words.</summary>
    /// <remarks>As in the API server, a spec that contradicts itself is not compared with the cluster.</remarks>
    public static List<FieldError> Validate(ServiceSpec spec, ClusterNetworks networks)
    {
        var errors = new List<FieldError>();
        if (spec.Type == ServiceType.ExternalName) return errors;
        ValidateItself(spec, errors);

        // Without a configuration nobody knows what the cluster lacks, and a headless Service without selector may have what it lacks.
        if (spec.IsHeadless() && spec.Selector.IsEmpty || !networks.IsConfigured) return errors;
        if (!spec.IsHeadless()) ValidateAddresses(spec, networks, errors);
        if (errors.Count == 0) ValidateFamilies(spec, networks, errors);
        return errors;
    }

    private static void ValidateItself(ServiceSpec spec, List<FieldError> errors)
    {
        const string needed = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
        FieldPath policy = FieldPath.Spec.Child("ipFamilyPolicy");
        bool headlessWithoutSelector = spec.IsHeadless() && spec.Selector.IsEmpty;
        if (spec.IpFamilyPolicy != IpFamilyPolicy.SingleStack && (spec.IpFamilyPolicy is not null || headlessWithoutSelector)) return;
        if (spec.ClusterIPs.Count == 2) errors.Add(FieldError.Invalid(policy, "SingleStack", $"{needed} cluster IPs are specified"));
        if (spec.IpFamilies.Count == 2) errors.Add(FieldError.Invalid(policy, "SingleStack", $"{needed} IP families are specified"));
    }

    private static void ValidateAddresses(ServiceSpec spec, ClusterNetworks networks, List<FieldError> errors)
    {
        for (int i = spec.IpFamilies.Count; i < spec.ClusterIPs.Count; i++)
        {
            IpFamily family = IpAddr.Parse(spec.ClusterIPs[i]).Family;
            if (networks.Families.Contains(family)) continue;
            FieldPath path = FieldPath.Spec.Child("clusterIPs").Index(i);
            errors.Add(FieldError.Invalid(path, spec.ClusterIPs, $"{family} is not configured on this cluster"));
        }
    }

    private static void ValidateFamilies(ServiceSpec spec, ClusterNetworks networks, List<FieldError> errors)
    {
        if (spec.IpFamilyPolicy == IpFamilyPolicy.RequireDualStack && networks.Families.Count < 2)
        {
            errors.Add(FieldError.Invalid(
                FieldPath.Spec.Child("ipFamilyPolicy"), "RequireDualStack", "this cluster is not configured for dual-stack services"));
        }

        for (int i = 0; i < spec.IpFamilies.Count; i++)
        {
            if (networks.Families.Contains(spec.IpFamilies[i])) continue;
            errors.Add(FieldError.Invalid(FieldPath.Spec.Child("ipFamilies").Index(i), spec.IpFamilies[i].ToString(), "not configured on this cluster"));
        }
    }
}
