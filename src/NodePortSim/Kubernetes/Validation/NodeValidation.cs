using NodePortSim.Collections;
using NodePortSim.Net;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Node, and the form of the simulator's own annotation.</summary>
internal static class NodeValidation
{
    private const string MayNotChangePodCidr = "node updates may not change podCIDR except from \"\" to valid";

    /// <summary>Adds all problems of a Node.</summary>
    public static void Validate(Node node, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(node.Metadata, namespaced: false, NameRules.Dns1123Subdomain));
        if (node.Metadata.Annotations[Node.ExtraAddressesAnnotation] is { } extra)
            ValidateExtraAddresses(extra, FieldPath.Metadata.Child("annotations").Key(Node.ExtraAddressesAnnotation), errors);

        // The API server's own path of taints lacks `spec`.
        ValidateTaints(node.Spec.Taints, FieldPath.Metadata.Child("taints"), errors);
        ValidatePodCidrs(node.Spec, FieldPath.Spec.Child("podCIDRs"), errors);
        ValidateAddresses(node.Status.Addresses, FieldPath.Status.Child("addresses"), errors);
    }

    /// <summary>Adds the problems of replacing one Node by another: pod networks stay once they are set.</summary>
    public static void ValidateUpdate(Node before, Node after, List<FieldError> errors)
    {
        if (!before.Spec.PodCIDRs.IsEmpty && before.Spec.PodCIDRs != after.Spec.PodCIDRs)
            errors.Add(FieldError.Forbidden(FieldPath.Spec.Child("podCIDRs"), MayNotChangePodCidr));
    }

    private static void ValidateTaints(EquatableArray<Taint> taints, FieldPath path, List<FieldError> errors)
    {
        var seen = new HashSet<(string, string)>();
        for (int i = 0; i < taints.Count; i++)
        {
            Taint taint = taints[i];
            FieldPath item = path.Index(i);
            foreach (string message in NameRules.QualifiedName(taint.Key)) errors.Add(FieldError.Invalid(item.Child("key"), taint.Key, message));
            foreach (string message in NameRules.LabelValue(taint.Value)) errors.Add(FieldError.Invalid(item.Child("value"), taint.Value, message));
            if (taint.Effect.Length == 0) errors.Add(FieldError.Required(item.Child("effect")));
            else if (taint.Effect is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"))
                errors.Add(FieldError.NotSupported(item.Child("effect"), taint.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute"));
            if (!seen.Add((taint.Key, taint.Effect)))
                errors.Add(FieldError.DuplicateStruct(item, GoValue.Taint(taint), "taints must be unique by key and effect pair"));
        }
    }

    private static void ValidatePodCidrs(NodeSpec spec, FieldPath path, List<FieldError> errors)
    {
        int before = errors.Count;
        for (int i = 0; i < spec.PodCIDRs.Count; i++) errors.AddRange(AddressRules.Cidr(path.Index(i), spec.PodCIDRs[i]));
        if (errors.Count > before || spec.PodCIDRs.Count < 2) return;
        if (spec.PodCIDRs.Count > 2 || IpCidr.Parse(spec.PodCIDRs[0]).Family == IpCidr.Parse(spec.PodCIDRs[1]).Family)
            errors.Add(FieldError.Invalid(path, spec.PodCIDRs, "may specify no more than one CIDR for each IP family"));
        for (int i = 1; i < spec.PodCIDRs.Count; i++)
            if (spec.PodCIDRs.Take(i).Contains(spec.PodCIDRs[i])) errors.Add(FieldError.Duplicate(path.Index(i), spec.PodCIDRs[i]));
    }

    private static void ValidateAddresses(EquatableArray<NodeAddress> addresses, FieldPath path, List<FieldError> errors)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            NodeAddress address = addresses[i];

            // The API server stores any text; a node whose address cannot be parsed has no interface here, so it is refused.
            if (address.Type is "InternalIP" or "ExternalIP") errors.AddRange(AddressRules.IpAddress(path.Index(i).Child("address"), address.Address));
            if (addresses.Take(i).Contains(address)) errors.Add(FieldError.DuplicateStruct(path.Index(i), GoValue.NodeAddress(address)));
        }
    }

    private static void ValidateExtraAddresses(string text, FieldPath path, List<FieldError> errors)
    {
        foreach (string entry in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            bool valid = equals is > 0 and <= 15 && IpCidr.TryParse(entry[(equals + 1)..], out _);
            if (!valid) errors.Add(FieldError.Invalid(path, entry, "must be INTERFACE=ADDRESS/PREFIX (e.g. eth1=10.77.0.11/24)"));
        }
    }
}
