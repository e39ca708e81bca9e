namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of a Deployment.</summary>
internal static class DeploymentValidation
{
    /// <summary>Adds all problems of a Deployment.</summary>
    public static void Validate(Deployment deployment, List<FieldError> errors)
    {
        errors.AddRange(MetadataValidation.Validate(deployment.Metadata, namespaced: true, NameRules.Dns1123Subdomain));
        DeploymentSpec spec = deployment.Spec;
        FieldPath path = FieldPath.Spec;
        FieldPath labels = path.Child("template").Child("metadata").Child("labels");
        if (spec.Replicas is < 0)
            errors.Add(FieldError.Invalid(path.Child("replicas"), spec.Replicas.Value, "must be greater than or equal to 0"));
        if (spec.Selector.IsEmpty) errors.Add(FieldError.Required(path.Child("selector")));
        else if (!spec.Selector.IsSubsetOf(spec.Template.Metadata.Labels))
            errors.Add(FieldError.Invalid(labels, spec.Template.Metadata.Labels, "`selector` does not match template `labels`"));
        errors.AddRange(MetadataValidation.Labels(path.Child("selector").Child("matchLabels"), spec.Selector));
        errors.AddRange(MetadataValidation.Labels(labels, spec.Template.Metadata.Labels));
        PodValidation.ValidateSpec(spec.Template.Spec, path.Child("template").Child("spec"), errors);
    }

    /// <summary>Adds the problems of replacing one Deployment by another: its selector stays.</summary>
    public static void ValidateUpdate(Deployment before, Deployment after, List<FieldError> errors)
    {
        if (before.Spec.Selector != after.Spec.Selector)
            errors.Add(new FieldError("spec.selector", FieldErrorType.Invalid, GoValue.LabelSelector(after.Spec.Selector), "field is immutable"));
    }
}
