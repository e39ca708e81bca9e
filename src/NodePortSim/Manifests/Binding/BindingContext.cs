using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests.Binding;

/// <summary>Reports the problems of one object's fields.</summary>
internal sealed class BindingContext(DiagnosticList diagnostics)
{
    /// <summary>Is told the path of every field that a binder knows, written or not; null where nobody asks.</summary>
    public Action<FieldPath>? FieldKnown { get; init; }

    /// <summary>Reports an error.</summary>
    public void Error(YamlPosition position, FieldPath field, string message) =>
        diagnostics.Error(position, field.ToString() is { Length: > 0 } text ? text : null, message);

    /// <summary>Reports a value whose type is not the field's.</summary>
    public void WrongType(YamlPosition position, FieldPath field, YamlNode value, string expected)
    {
        string inBody = field.ToString() is { Length: > 0 } path ? $"{path} in body " : "";
        Error(position, field, $"Invalid value: \"{value.TypeName}\": {inBody}must be of type {expected}: \"{value.TypeName}\"");
    }

    /// <summary>Reports a field that the kind does not have, as kubectl does.</summary>
    public void UnknownField(YamlPosition position, FieldPath field) =>
        diagnostics.Warning(position, null, $"unknown field \"{field}\"");

    /// <summary>Reports a field that would matter to the datapath but is not modelled.</summary>
    public void NotModelled(YamlPosition position, FieldPath field) =>
        diagnostics.Warning(position, field.ToString(), "not modelled, and ignored");
}
