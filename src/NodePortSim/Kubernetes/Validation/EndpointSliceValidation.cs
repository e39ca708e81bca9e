using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of an EndpointSlice.</summary>
internal static class EndpointSliceValidation
{
    private const int MaxEndpoints = 1000;
    private const int MaxAddresses = 100;
    private const int MaxPorts = 20000;
    private const int MaxHints = 8;

    /// <summary>Adds all problems of a slice.</summary>
    /// <remarks>A slice of another family than the Service's, or with other port names, is valid: kube-proxy ignores it (spec kube-proxy-iptables 1.4).</remarks>
    public static void Validate(EndpointSlice slice, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(slice.Metadata, namespaced: true, NameRules.Dns1123Subdomain));
        if (slice.AddressType is null) errors.Add(FieldError.Required(new FieldPath("addressType")));
        ValidateEndpoints(slice, new FieldPath("endpoints"), errors);
        ValidatePorts(slice, new FieldPath("ports"), errors);
    }

    private static void ValidateEndpoints(EndpointSlice slice, FieldPath path, List<FieldError> errors)
    {
        if (slice.Endpoints.Count > MaxEndpoints)
        {
            errors.Add(FieldError.TooMany(path, slice.Endpoints.Count, MaxEndpoints));
            return;
        }

        for (int i = 0; i < slice.Endpoints.Count; i++)
        {
            Endpoint endpoint = slice.Endpoints[i];
            if (IsPlain(slice.AddressType, endpoint)) continue;
            FieldPath addresses = path.Index(i).Child("addresses");
            if (endpoint.Addresses.IsEmpty) errors.Add(FieldError.Required(addresses, "must contain at least 1 address"));
            else if (endpoint.Addresses.Count > MaxAddresses) errors.Add(FieldError.TooMany(addresses, endpoint.Addresses.Count, MaxAddresses));
            for (int j = 0; j < endpoint.Addresses.Count; j++) ValidateAddress(slice.AddressType, endpoint.Addresses[j], addresses.Index(j), errors);
            if (endpoint.NodeName is { } node)
                foreach (string message in NameRules.Dns1123Subdomain(node)) errors.Add(FieldError.Invalid(path.Index(i).Child("nodeName"), node, message));
            if (!string.IsNullOrEmpty(endpoint.Hostname))
                foreach (string message in NameRules.Dns1123Label(endpoint.Hostname))
                    errors.Add(FieldError.Invalid(path.Index(i).Child("hostname"), endpoint.Hostname, message));
            if (endpoint.HintsForZones.Count > MaxHints)
                errors.Add(FieldError.TooMany(path.Index(i).Child("hints").Child("forZones"), endpoint.HintsForZones.Count, MaxHints));
            if (endpoint.HintsForNodes.Count > MaxHints)
                errors.Add(FieldError.TooMany(path.Index(i).Child("hints").Child("forNodes"), endpoint.HintsForNodes.Count, MaxHints));
        }
    }

    // Nearly all endpoints of large clusters are so: the rest is not worth its paths' texts for them.
    private static bool IsPlain(AddressFormat? format, Endpoint endpoint)
    {
        if (endpoint.Addresses is not [string text] || !string.IsNullOrEmpty(endpoint.Hostname)) return false;
        if (endpoint.HintsForZones.Count > MaxHints || endpoint.HintsForNodes.Count > MaxHints) return false;
        if (!IpAddr.TryParse(text, out IpAddr ip) || format != (ip.IsIPv4 ? AddressFormat.IPv4 : AddressFormat.IPv6)) return false;
        if (ip.IsUnspecified || ip.IsLoopback || ip.IsLinkLocal || ip.IsMulticast) return false;
        return endpoint.NodeName is null || NameRules.IsDns1123Subdomain(endpoint.NodeName);
    }

    private static void ValidateAddress(AddressFormat? format, string address, FieldPath path, List<FieldError> errors)
    {
        switch (format)
        {
            case AddressFormat.IPv4 or AddressFormat.IPv6:
                errors.AddRange(AddressRules.IpAddressOf(path, address, format == AddressFormat.IPv4 ? IpFamily.IPv4 : IpFamily.IPv6));
                errors.AddRange(AddressRules.NonSpecialIp(path, address));
                break;
            case AddressFormat.FQDN:
                ValidateDomainName(address, path, errors);
                break;
        }
    }

    private static void ValidateDomainName(string value, FieldPath path, List<FieldError> errors)
    {
        if (value.Length == 0)
        {
            errors.Add(FieldError.Required(path));
            return;
        }

        string name = value.EndsWith('.') ? value[..^1] : value;
        string problems = string.Join(',', NameRules.Dns1123Subdomain(name));
        if (problems.Length > 0) errors.Add(FieldError.Invalid(path, name, problems));
        else if (!name.Contains('.', StringComparison.Ordinal))
            errors.Add(FieldError.Invalid(path, name, "should be a domain with at least two segments separated by dots"));
    }

    private static void ValidatePorts(EndpointSlice slice, FieldPath path, List<FieldError> errors)
    {
        if (slice.Ports.Count > MaxPorts)
        {
            errors.Add(FieldError.TooMany(path, slice.Ports.Count, MaxPorts));
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < slice.Ports.Count; i++)
        {
            EndpointPort port = slice.Ports[i];
            FieldPath item = path.Index(i);

            // The API server reads an absent name as the empty one.
            string name = port.Name ?? "";
            if (name.Length > 0)
                foreach (string message in NameRules.Dns1123Label(name)) errors.Add(FieldError.Invalid(item.Child("name"), name, message));
            if (!names.Add(name)) errors.Add(FieldError.Duplicate(item.Child("name"), name));
            errors.AddRange(AddressRules.PortProtocol(item.Child("protocol"), port.Protocol));
            if (port.Port is < 0 or > 65535) errors.AddRange(AddressRules.PortNumber(item.Child("port"), port.Port.Value));
            if (port.AppProtocol is null) continue;
            foreach (string message in NameRules.QualifiedName(port.AppProtocol))
                errors.Add(FieldError.Invalid(item.Child("appProtocol"), port.AppProtocol, message));
        }
    }
}
