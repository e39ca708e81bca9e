using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>What the API server requires of every object's <c>metadata</c>.</summary>
internal static class MetadataValidation
{
    /// <summary>Name (or generateName), namespace, labels and annotations.</summary>
    /// <param name="metadata">The metadata, with the default namespace filled in.</param>
    /// <param name="namespaced">Whether the kind lives in a namespace.</param>
    /// <param name="nameRule">The form of the kind's names.</param>
    public static IEnumerable<FieldError> Validate(ObjectMeta metadata, bool namespaced, Func<string, IEnumerable<string>> nameRule)
    {
        FieldPath path = FieldPath.Metadata;
        if (metadata.GenerateName.Length > 0)
        {
            // A trailing dash is fine: the API server puts letters behind it.
            string prefix = metadata.GenerateName.EndsWith('-') ? metadata.GenerateName[..^1] + "a" : metadata.GenerateName;
            foreach (string message in nameRule(prefix))
                yield return FieldError.Invalid(path.Child("generateName"), metadata.GenerateName, message);
        }

        if (metadata.Name.Length > 0)
            foreach (string message in nameRule(metadata.Name))
                yield return FieldError.Invalid(path.Child("name"), metadata.Name, message);
        else if (metadata.GenerateName.Length == 0)
            yield return FieldError.Required(path.Child("name"), "name or generateName is required");

        foreach (FieldError error in Namespace(metadata.Namespace, namespaced)) yield return error;
        foreach (FieldError error in Labels(path.Child("labels"), metadata.Labels)) yield return error;
        foreach ((string key, _) in metadata.Annotations.AsEnumerable())
            foreach (string message in NameRules.QualifiedName(key.ToLowerInvariant()))
                yield return FieldError.Invalid(path.Child("annotations"), key, message);
    }

    /// <summary>Labels or an equality selector: keys are qualified names, values label values.</summary>
    public static IEnumerable<FieldError> Labels(FieldPath path, StringMap labels)
    {
        foreach ((string key, string value) in labels.AsEnumerable())
        {
            foreach (string message in NameRules.QualifiedName(key)) yield return FieldError.Invalid(path, key, message);
            foreach (string message in NameRules.LabelValue(value)) yield return FieldError.Invalid(path, value, message);
        }
    }

    private static IEnumerable<FieldError> Namespace(string name, bool namespaced)
    {
        FieldPath path = FieldPath.Metadata.Child("namespace");
        if (!namespaced)
        {
            if (name.Length > 0) yield return FieldError.Forbidden(path, "not allowed on this type");
        }
        else if (name.Length == 0)
        {
            yield return FieldError.Required(path);
        }
        else
        {
            foreach (string message in NameRules.Dns1123Label(name)) yield return FieldError.Invalid(path, name, message);
        }
    }
}
