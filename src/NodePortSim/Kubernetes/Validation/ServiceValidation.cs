using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Service.</summary>
internal static class ServiceValidation
{
    private const string OnlyForLoadBalancer = "may only be used when `type` is 'LoadBalancer'";

    /// <summary>Adds all problems of a defaulted Service; what is allocated later (cluster IPs, ports) may still be absent.</summary>
    public static void Validate(Service service, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(service.Metadata, namespaced: true, NameRules.Dns1035Label));
        ServiceSpec spec = service.Spec;
        FieldPath path = FieldPath.Spec;
        if (spec.Ports.IsEmpty && !spec.IsHeadless() && spec.Type != ServiceType.ExternalName) errors.Add(FieldError.Required(path.Child("ports")));
        ValidateType(spec, path, errors);
        ServicePortValidation.Validate(spec, errors);
        errors.AddRange(MetadataValidation.Labels(path.Child("selector"), spec.Selector));
        ValidateAffinity(spec, path, errors);
        ServiceAddressValidation.Validate(spec, errors);
        ValidateExternalIps(spec, path.Child("externalIPs"), errors);
        ServicePortValidation.ValidateUniqueness(spec, errors);
        ValidateLoadBalancer(spec, path, errors);
        ValidateTraffic(spec, path, errors);
        ValidateStatus(service.Status, FieldPath.Status.Child("loadBalancer").Child("ingress"), errors);
    }

    private static void ValidateType(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        switch (spec.Type)
        {
            case null:
                errors.Add(FieldError.Required(path.Child("type")));
                break;
            case ServiceType.NodePort or ServiceType.LoadBalancer when spec.IsHeadless():
                errors.Add(FieldError.Invalid(path.Child("clusterIPs").Index(0), "None", $"may not be set to 'None' for {spec.Type} services"));
                break;
            case ServiceType.ExternalName:
                ValidateExternalName(spec, path, errors);
                break;
        }
    }

    private static void ValidateExternalName(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        const string notAllowed = "may not be set for ExternalName services";
        if (!spec.ClusterIPs.IsEmpty) errors.Add(FieldError.Forbidden(path.Child("clusterIPs"), notAllowed));
        if (!spec.IpFamilies.IsEmpty) errors.Add(FieldError.Forbidden(path.Child("ipFamilies"), notAllowed));
        if (spec.IpFamilyPolicy is not null) errors.Add(FieldError.Forbidden(path.Child("ipFamilyPolicy"), notAllowed));
        string name = spec.ExternalName.EndsWith('.') ? spec.ExternalName[..^1] : spec.ExternalName;
        if (name.Length == 0) errors.Add(FieldError.Required(path.Child("externalName")));
        else
            foreach (string message in NameRules.Dns1123Subdomain(name))
                errors.Add(FieldError.Invalid(path.Child("externalName"), name, message));
    }

    private static void ValidateAffinity(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        FieldPath config = path.Child("sessionAffinityConfig");
        if (spec.SessionAffinity is null) errors.Add(FieldError.Required(path.Child("sessionAffinity")));
        else if (spec.SessionAffinity == SessionAffinity.ClientIP)
        {
            if (spec.SessionAffinityTimeoutSeconds is not { } seconds)
                errors.Add(FieldError.Required(config, "when session affinity type is ClientIP"));
            else if (seconds is < 1 or > 86400)
                errors.Add(FieldError.Invalid(config.Child("clientIP").Child("timeoutSeconds"), seconds, "must be greater than 0 and less than 86400"));
        }
        else if (spec.SessionAffinityTimeoutSeconds is not null)
        {
            errors.Add(FieldError.Forbidden(config, "must not be set when session affinity is None"));
        }
    }

    private static void ValidateExternalIps(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        for (int i = 0; i < spec.ExternalIPs.Count; i++)
        {
            int before = errors.Count;
            errors.AddRange(AddressRules.IpAddress(path.Index(i), spec.ExternalIPs[i]));
            if (errors.Count == before) errors.AddRange(AddressRules.NonSpecialIp(path.Index(i), spec.ExternalIPs[i]));
        }
    }

    private static void ValidateLoadBalancer(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        bool loadBalancer = spec.Type == ServiceType.LoadBalancer;
        if (!spec.LoadBalancerSourceRanges.IsEmpty)
        {
            // The API server's own spelling of this path begins with a capital.
            FieldPath ranges = path.Child("LoadBalancerSourceRanges");
            if (!loadBalancer) errors.Add(FieldError.Forbidden(ranges, OnlyForLoadBalancer));
            for (int i = 0; i < spec.LoadBalancerSourceRanges.Count; i++)
                errors.AddRange(AddressRules.Cidr(ranges.Index(i), spec.LoadBalancerSourceRanges[i].Trim()));
        }

        if (!loadBalancer && spec.AllocateLoadBalancerNodePorts is not null)
            errors.Add(FieldError.Forbidden(path.Child("allocateLoadBalancerNodePorts"), OnlyForLoadBalancer));
        if (spec.LoadBalancerClass is not { } name) return;
        if (!loadBalancer) errors.Add(FieldError.Forbidden(path.Child("loadBalancerClass"), OnlyForLoadBalancer));
        else
            foreach (string message in NameRules.QualifiedName(name))
                errors.Add(FieldError.Invalid(path.Child("loadBalancerClass"), name, message));
    }

    private static void ValidateTraffic(ServiceSpec spec, FieldPath path, List<FieldError> errors)
    {
        FieldPath external = path.Child("externalTrafficPolicy");
        if (spec.IsExternallyAccessible())
        {
            if (spec.ExternalTrafficPolicy is null) errors.Add(FieldError.Required(external));
        }
        else if (spec.ExternalTrafficPolicy is { } policy)
        {
            errors.Add(FieldError.Invalid(external, policy.ToString(), "may only be set for externally-accessible services"));
        }

        FieldPath health = path.Child("healthCheckNodePort");
        if (!spec.NeedsHealthCheckNodePort())
        {
            if (spec.HealthCheckNodePort != 0)
            {
                errors.Add(FieldError.Invalid(
                    health, spec.HealthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
            }
        }
        else if (spec.HealthCheckNodePort != 0)
        {
            errors.AddRange(AddressRules.PortNumber(health, spec.HealthCheckNodePort));
        }

        if (spec.InternalTrafficPolicy is null && spec.Type is not (null or ServiceType.ExternalName))
            errors.Add(FieldError.Required(path.Child("internalTrafficPolicy")));
        if (spec.TrafficDistribution is { } distribution and not ("PreferClose" or "PreferSameNode" or "PreferSameZone"))
        {
            errors.Add(FieldError.NotSupported(
                path.Child("trafficDistribution"), distribution, "PreferClose", "PreferSameNode", "PreferSameZone"));
        }
    }

    private static void ValidateStatus(ServiceStatus status, FieldPath path, List<FieldError> errors)
    {
        // `status` is taken as given, also on types without a load balancer, as servers have stored it; only its form is checked.
        for (int i = 0; i < status.LoadBalancerIngress.Count; i++)
        {
            LoadBalancerIngress ingress = status.LoadBalancerIngress[i];
            FieldPath item = path.Index(i);
            bool hasIp = !string.IsNullOrEmpty(ingress.Ip);
            if (hasIp) errors.AddRange(AddressRules.IpAddress(item.Child("ip"), ingress.Ip!));
            else if (ingress.IpMode is not null) errors.Add(FieldError.Forbidden(item.Child("ipMode"), "may not be specified when `ip` is not set"));
            if (string.IsNullOrEmpty(ingress.Hostname)) continue;
            foreach (string message in NameRules.Dns1123Subdomain(ingress.Hostname))
                errors.Add(FieldError.Invalid(item.Child("hostname"), ingress.Hostname, message));
            if (IpAddr.TryParse(ingress.Hostname, out _))
                errors.Add(FieldError.Invalid(item.Child("hostname"), ingress.Hostname, "must be a DNS name, not an IP address"));
        }
    }
}
