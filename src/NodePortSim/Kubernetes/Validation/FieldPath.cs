using System.Globalization;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>The path of a field in an object, as the API server writes it: <c>spec.ports[0].name</c>.</summary>
/// <param name="Text">The path's text.</param>
internal readonly record struct FieldPath(string Text)
{
    /// <summary><c>metadata</c>.</summary>
    public static FieldPath Metadata => new("metadata");

    /// <summary><c>spec</c>.</summary>
    public static FieldPath Spec => new("spec");

    /// <summary><c>status</c>.</summary>
    public static FieldPath Status => new("status");

    /// <summary>The field <paramref name="name"/> of this one.</summary>
    public FieldPath Child(string name) => new(Text.Length == 0 ? name : $"{Text}.{name}");

    /// <summary>The item <paramref name="index"/>, counted from 0, of this list.</summary>
    public FieldPath Index(int index) => new(string.Create(CultureInfo.InvariantCulture, $"{Text}[{index}]"));

    /// <summary>The entry <paramref name="key"/> of this map.</summary>
    public FieldPath Key(string key) => new($"{Text}[{key}]");
}
