using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Service's cluster IPs and IP families.</summary>
internal static class ServiceAddressValidation
{
    /// <summary>Adds the problems of <c>clusterIP</c>, <c>clusterIPs</c> and <c>ipFamilies</c>, alone and together.</summary>
    public static void Validate(ServiceSpec spec, List<FieldError> errors)
    {
        // ExternalName Services have none of these fields, which is checked with the type.
        if (spec.Type == ServiceType.ExternalName) return;
        FieldPath ips = FieldPath.Spec.Child("clusterIPs");
        FieldPath families = FieldPath.Spec.Child("ipFamilies");
        if (spec.ClusterIP.Length > 0)
        {
            if (spec.ClusterIPs.IsEmpty) errors.Add(FieldError.Required(ips));
            else if (spec.ClusterIPs[0] != spec.ClusterIP) errors.Add(FieldError.Invalid(ips, spec.ClusterIPs, "first value must match `clusterIP`"));
        }
        else if (!spec.ClusterIPs.IsEmpty)
        {
            errors.Add(FieldError.Invalid(ips, spec.ClusterIPs, "must be empty when `clusterIP` is not specified"));
        }

        for (int i = 1; i < spec.IpFamilies.Count; i++)
            if (spec.IpFamilies.Take(i).Contains(spec.IpFamilies[i])) errors.Add(FieldError.Duplicate(families.Index(i), spec.IpFamilies[i].ToString()));

        int before = errors.Count;
        for (int i = 0; i < spec.ClusterIPs.Count; i++)
        {
            if (i == 0 && spec.ClusterIPs[0] == ServiceSpecFacts.None)
            {
                if (spec.ClusterIPs.Count > 1) errors.Add(FieldError.Invalid(ips, spec.ClusterIPs, "'None' must be the first and only value"));
            }
            else
            {
                errors.AddRange(AddressRules.IpAddress(ips.Index(i), spec.ClusterIPs[i]));
            }
        }

        bool wellFormed = errors.Count == before;
        if (spec.ClusterIPs.Count > 2) errors.Add(FieldError.Invalid(ips, spec.ClusterIPs, "may only hold up to 2 values"));
        if (wellFormed) ValidateFamilies(spec, ips, errors);
    }

    private static void ValidateFamilies(ServiceSpec spec, FieldPath ips, List<FieldError> errors)
    {
        if (spec.IsHeadless()) return;
        IpFamily[] actual = spec.ClusterIPs.Select(static ip => IpAddr.Parse(ip).Family).ToArray();
        if (actual.Length > 1 && actual.Distinct().Count() == 1)
            errors.Add(FieldError.Invalid(ips, spec.ClusterIPs, "may specify no more than one IP for each IP family"));
        for (int i = 0; i < actual.Length && i < spec.IpFamilies.Count; i++)
        {
            if (spec.IpFamilies[i] == actual[i]) continue;
            errors.Add(FieldError.Invalid(
                ips.Index(i), spec.ClusterIPs[i], $"expected an {spec.IpFamilies[i]} value as indicated by `ipFamilies[{GoValue.Number(i)}]`"));
        }
    }
}
