using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Pod, as far as its network goes.</summary>
internal static class PodValidation
{
    /// <summary>Adds all problems of a Pod.</summary>
    public static void Validate(Pod pod, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(pod.Metadata, namespaced: true, NameRules.Dns1123Subdomain));
        ValidateSpec(pod.Spec, FieldPath.Spec, errors);
        ValidatePodIps(pod.Status.PodIPs, FieldPath.Status.Child("podIPs"), errors);
        if (pod.Status.Phase is { } phase and not ("Pending" or "Running" or "Succeeded" or "Failed" or "Unknown"))
            errors.Add(FieldError.NotSupported(FieldPath.Status.Child("phase"), phase, "Failed", "Pending", "Running", "Succeeded", "Unknown"));
    }

    /// <summary>Adds the problems of the spec of a Pod or of a Deployment's template.</summary>
    public static void ValidateSpec(PodSpec spec, FieldPath path, List<FieldError> errors)
    {
        if (spec.Containers.IsEmpty) errors.Add(FieldError.Required(path.Child("containers")));
        var names = new HashSet<string>(StringComparer.Ordinal);
        var hostPorts = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Containers.Count; i++)
        {
            Container container = spec.Containers[i];
            FieldPath item = path.Child("containers").Index(i);
            if (container.Name.Length == 0) errors.Add(FieldError.Required(item.Child("name")));
            foreach (string message in container.Name.Length == 0 ? [] : NameRules.Dns1123Label(container.Name))
                errors.Add(FieldError.Invalid(item.Child("name"), container.Name, message));
            if (container.Name.Length > 0 && !names.Add(container.Name)) errors.Add(FieldError.Duplicate(item.Child("name"), container.Name));
            ValidatePorts(spec, container.Ports, item.Child("ports"), hostPorts, errors);
        }

        if (!string.IsNullOrEmpty(spec.NodeName))
            foreach (string message in NameRules.Dns1123Subdomain(spec.NodeName)) errors.Add(FieldError.Invalid(path.Child("nodeName"), spec.NodeName, message));
        errors.AddRange(MetadataValidation.Labels(path.Child("nodeSelector"), spec.NodeSelector));
        ValidateTolerations(spec.Tolerations, path.Child("tolerations"), errors);
    }

    private static void ValidatePorts(
        PodSpec spec, EquatableArray<ContainerPort> ports, FieldPath path, HashSet<string> hostPorts, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < ports.Count; i++)
        {
            ContainerPort port = ports[i];
            FieldPath item = path.Index(i);
            if (port.Name.Length > 0)
            {
                int before = errors.Count;
                foreach (string message in NameRules.PortName(port.Name)) errors.Add(FieldError.Invalid(item.Child("name"), port.Name, message));
                if (errors.Count == before && !names.Add(port.Name)) errors.Add(FieldError.Duplicate(item.Child("name"), port.Name));
            }

            if (port.Port == 0) errors.Add(FieldError.Required(item.Child("containerPort")));
            else errors.AddRange(AddressRules.PortNumber(item.Child("containerPort"), port.Port));
            errors.AddRange(AddressRules.PortProtocol(item.Child("protocol"), port.Protocol));
            if (port.HostPort == 0) continue;
            errors.AddRange(AddressRules.PortNumber(item.Child("hostPort"), port.HostPort));
            if (spec.HostNetwork && port.HostPort != port.Port)
                errors.Add(FieldError.Invalid(item.Child("hostPort"), port.HostPort, "must match `containerPort` when `hostNetwork` is true"));
            string key = $"{port.Protocol?.ApiName()}//{GoValue.Number(port.HostPort)}";
            if (!hostPorts.Add(key)) errors.Add(FieldError.Duplicate(item.Child("hostPort"), key));
        }
    }

    private static void ValidateTolerations(EquatableArray<Toleration> tolerations, FieldPath path, List<FieldError> errors)
    {
        for (int i = 0; i < tolerations.Count; i++)
        {
            Toleration toleration = tolerations[i];
            FieldPath item = path.Index(i);
            if (toleration.Key.Length > 0)
                foreach (string message in NameRules.QualifiedName(toleration.Key)) errors.Add(FieldError.Invalid(item.Child("key"), toleration.Key, message));
            else if (toleration.Operator != "Exists")
                errors.Add(FieldError.Invalid(item.Child("operator"), toleration.Operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            if (toleration.Operator is not ("" or "Equal" or "Exists"))
                errors.Add(FieldError.NotSupported(item.Child("operator"), toleration.Operator, "Equal", "Exists"));
            if (toleration.Operator == "Exists" && toleration.Value.Length > 0)
                errors.Add(FieldError.Invalid(item.Child("operator"), toleration.Value, "value must be empty when `operator` is 'Exists'"));
            if (toleration.Effect is not ("" or "NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                errors.Add(FieldError.NotSupported(item.Child("effect"), toleration.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute"));
        }
    }

    private static void ValidatePodIps(EquatableArray<string> ips, FieldPath path, List<FieldError> errors)
    {
        int before = errors.Count;
        for (int i = 0; i < ips.Count; i++) errors.AddRange(AddressRules.IpAddress(path.Index(i), ips[i]));
        if (errors.Count > before || ips.Count < 2) return;
        if (ips.Count > 2 || IpAddr.Parse(ips[0]).Family == IpAddr.Parse(ips[1]).Family)
            errors.Add(FieldError.Invalid(path, ips, "may specify no more than one IP for each IP family"));
    }
}
