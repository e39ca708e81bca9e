using NodePortSim.Kubernetes.Configuration;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What kind requires of its cluster configuration.</summary>
internal static class KindClusterValidation
{
    /// <summary>Adds all problems of the configuration.</summary>
    public static void Validate(KindCluster cluster, List<FieldError> errors)
    {
        var networking = new FieldPath("networking");
        if (cluster.IpFamily is not ("" or "ipv4" or "ipv6" or "dual"))
            errors.Add(FieldError.NotSupported(networking.Child("ipFamily"), cluster.IpFamily, "ipv4", "ipv6", "dual"));
        ValidateSubnet(cluster.PodSubnet, cluster.IpFamily, networking.Child("podSubnet"), errors);
        ValidateSubnet(cluster.ServiceSubnet, cluster.IpFamily, networking.Child("serviceSubnet"), errors);
        KubeProxyConfigurationValidation.ValidateMode(cluster.KubeProxyMode, networking.Child("kubeProxyMode"), errors);
        for (int i = 0; i < cluster.Nodes.Count; i++)
        {
            KindNode node = cluster.Nodes[i];
            FieldPath path = new FieldPath("nodes").Index(i);
            if (node.Role is not ("" or "control-plane" or "worker"))
                errors.Add(FieldError.NotSupported(path.Child("role"), node.Role, "control-plane", "worker"));
            errors.AddRange(MetadataValidation.Labels(path.Child("labels"), node.Labels));
        }

        if (!cluster.Nodes.IsEmpty && cluster.Nodes.All(static node => node.Role == "worker"))
            errors.Add(FieldError.Required(new FieldPath("nodes"), "must have at least one control-plane node"));
        if (cluster.Name.Length > 0)
            foreach (string message in NameRules.Dns1123Subdomain(cluster.Name)) errors.Add(FieldError.Invalid(new FieldPath("name"), cluster.Name, message));
    }

    private static void ValidateSubnet(string text, string ipFamily, FieldPath path, List<FieldError> errors)
    {
        if (text.Length == 0) return;
        string[] parts = text.Split(',');
        int before = errors.Count;
        foreach (string part in parts) errors.AddRange(AddressRules.Cidr(path, part.Trim()));
        if (errors.Count > before) return;
        IpFamily[] families = parts.Select(static part => IpCidr.Parse(part.Trim()).Family).ToArray();
        IpFamily[] expected = ipFamily switch
        {
            "ipv6" => [IpFamily.IPv6],
            "dual" => [IpFamily.IPv4, IpFamily.IPv6],
            _ => [IpFamily.IPv4],
        };
        if (!families.Order().SequenceEqual(expected))
            errors.Add(FieldError.Invalid(path, text, $"must have one network of each of the cluster's IP families: {string.Join(", ", expected)}"));
    }
}
