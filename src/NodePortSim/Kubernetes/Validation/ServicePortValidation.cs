using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Service's ports.</summary>
internal static class ServicePortValidation
{
    /// <summary>Adds the problems of each port by itself, and of names that repeat.</summary>
    public static void Validate(ServiceSpec spec, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Ports.Count; i++)
        {
            ServicePort port = spec.Ports[i];
            FieldPath path = PortPath(i);
            if (port.Name.Length > 0)
            {
                foreach (string message in NameRules.Dns1123Label(port.Name)) errors.Add(FieldError.Invalid(path.Child("name"), port.Name, message));
                if (!names.Add(port.Name)) errors.Add(FieldError.Duplicate(path.Child("name"), port.Name));
            }
            else if (spec.Ports.Count > 1)
            {
                errors.Add(FieldError.Required(path.Child("name")));
            }

            errors.AddRange(AddressRules.PortNumber(path.Child("port"), port.Port));
            errors.AddRange(AddressRules.PortProtocol(path.Child("protocol"), port.Protocol));
            ValidateTargetPort(port.TargetPort, path.Child("targetPort"), errors);
            if (port.AppProtocol is null) continue;
            foreach (string message in NameRules.QualifiedName(port.AppProtocol))
                errors.Add(FieldError.Invalid(path.Child("appProtocol"), port.AppProtocol, message));
        }
    }

    /// <summary>Adds what two ports may not share: a node port, or port and protocol; and node ports where the type has none.</summary>
    public static void ValidateUniqueness(ServiceSpec spec, List<FieldError> errors)
    {
        if (spec.Type == ServiceType.ClusterIP)
        {
            for (int i = 0; i < spec.Ports.Count; i++)
                if (spec.Ports[i].NodePort != 0) errors.Add(FieldError.Forbidden(PortPath(i).Child("nodePort"), "may not be used when `type` is 'ClusterIP'"));
        }

        var nodePorts = new HashSet<(Protocol?, int)>();
        for (int i = 0; i < spec.Ports.Count; i++)
        {
            ServicePort port = spec.Ports[i];
            if (port.NodePort != 0 && !nodePorts.Add((port.Protocol, port.NodePort)))
                errors.Add(FieldError.Duplicate(PortPath(i).Child("nodePort"), port.NodePort));
        }

        var ports = new HashSet<(Protocol?, int)>();
        for (int i = 0; i < spec.Ports.Count; i++)
        {
            ServicePort port = spec.Ports[i];
            if (!ports.Add((port.Protocol, port.Port)))
                errors.Add(FieldError.DuplicateStruct(PortPath(i), GoValue.ServicePortKey(port.Protocol ?? Protocol.Tcp, port.Port)));
        }
    }

    private static FieldPath PortPath(int index) => FieldPath.Spec.Child("ports").Index(index);

    private static void ValidateTargetPort(IntOrString? target, FieldPath path, List<FieldError> errors)
    {
        if (target is not { } value) return;
        if (value.Name is not { } name) errors.AddRange(AddressRules.PortNumber(path, value.Number));
        else
            foreach (string message in NameRules.PortName(name)) errors.Add(FieldError.Invalid(path, name, message));
    }
}
