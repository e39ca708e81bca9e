namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of an Endpoints object.</summary>
internal static class EndpointsValidation
{
    /// <summary>Adds all problems of an Endpoints object.</summary>
    public static void Validate(Endpoints endpoints, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(endpoints.Metadata, namespaced: true, NameRules.Dns1123Subdomain));
        for (int i = 0; i < endpoints.Subsets.Count; i++) ValidateSubset(endpoints.Subsets[i], new FieldPath("subsets").Index(i), errors);
    }

    private static void ValidateSubset(EndpointSubset subset, FieldPath path, List<FieldError> errors)
    {
        if (subset.Addresses.IsEmpty && subset.NotReadyAddresses.IsEmpty)
            errors.Add(FieldError.Required(path, "must specify `addresses` or `notReadyAddresses`"));
        for (int i = 0; i < subset.Addresses.Count; i++) ValidateAddress(subset.Addresses[i], path.Child("addresses").Index(i), errors);
        for (int i = 0; i < subset.NotReadyAddresses.Count; i++)
            ValidateAddress(subset.NotReadyAddresses[i], path.Child("notReadyAddresses").Index(i), errors);
        for (int i = 0; i < subset.Ports.Count; i++)
        {
            EndpointPort port = subset.Ports[i];
            FieldPath item = path.Child("ports").Index(i);
            if (!string.IsNullOrEmpty(port.Name))
                foreach (string message in NameRules.Dns1123Label(port.Name)) errors.Add(FieldError.Invalid(item.Child("name"), port.Name, message));
            else if (subset.Ports.Count > 1) errors.Add(FieldError.Required(item.Child("name")));
            errors.AddRange(AddressRules.PortNumber(item.Child("port"), port.Port ?? 0));
            errors.AddRange(AddressRules.PortProtocol(item.Child("protocol"), port.Protocol));
        }
    }

    private static void ValidateAddress(EndpointAddress address, FieldPath path, List<FieldError> errors)
    {
        errors.AddRange(AddressRules.IpAddress(path.Child("ip"), address.Ip));
        if (!string.IsNullOrEmpty(address.Hostname))
            foreach (string message in NameRules.Dns1123Label(address.Hostname))
                errors.Add(FieldError.Invalid(path.Child("hostname"), address.Hostname, message));
        if (address.NodeName is { } node)
            foreach (string message in NameRules.Dns1123Subdomain(node)) errors.Add(FieldError.Invalid(path.Child("nodeName"), node, message));
        errors.AddRange(AddressRules.NonSpecialIp(path.Child("ip"), address.Ip));
    }
}
