using NodePortSim.Kubernetes;
using NodePortSim.Kubernetes.Validation;
using NodePortSim.Net;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>Checks a Service's IP families against those that the cluster has.</summary>
internal static class ServiceFamilies
{
    /// <summary>The problems of a valid spec in a cluster of <paramref name="networks"/>, in the API server's words.</summary>
    public static IEnumerable<FieldError> Validate(ServiceSpec spec, ClusterNetworks networks)
    {
        if (spec.Type == ServiceType.ExternalName) yield break;
        FieldPath policy = FieldPath.Spec.Child("ipFamilyPolicy");
        bool headlessWithoutSelector = spec.IsHeadless() && spec.Selector.IsEmpty;
        if (spec.IpFamilyPolicy == IpFamilyPolicy.SingleStack || spec.IpFamilyPolicy is null && !headlessWithoutSelector)
        {
            const string needed = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
            if (spec.ClusterIPs.Count == 2) yield return FieldError.Invalid(policy, "SingleStack", $"{needed} cluster IPs are specified");
            if (spec.IpFamilies.Count == 2) yield return FieldError.Invalid(policy, "SingleStack", $"{needed} IP families are specified");
        }

        // Without a configuration nobody knows what the cluster lacks, and a headless Service without selector may have what it lacks.
        if (headlessWithoutSelector || !networks.IsConfigured) yield break;
        if (!spec.IsHeadless())
        {
            for (int i = spec.IpFamilies.Count; i < spec.ClusterIPs.Count; i++)
            {
                IpFamily family = IpAddr.Parse(spec.ClusterIPs[i]).Family;
                if (!networks.Families.Contains(family))
                    yield return FieldError.Invalid(FieldPath.Spec.Child("clusterIPs").Index(i), spec.ClusterIPs, $"{family} is not configured on this cluster");
            }
        }

        if (spec.IpFamilyPolicy == IpFamilyPolicy.RequireDualStack && networks.Families.Count < 2)
            yield return FieldError.Invalid(policy, "RequireDualStack", "this cluster is not configured for dual-stack services");
        for (int i = 0; i < spec.IpFamilies.Count; i++)
        {
            if (!networks.Families.Contains(spec.IpFamilies[i]))
                yield return FieldError.Invalid(FieldPath.Spec.Child("ipFamilies").Index(i), spec.IpFamilies[i].ToString(), "not configured on this cluster");
        }
    }
}
