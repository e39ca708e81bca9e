using NodePortSim.Collections;

namespace NodePortSim.Kubernetes.Validation;

/// <summary>One problem of one field of an object, in the API server's words.</summary>
/// <param name="Field">The field's path, such as <c>spec.ports[0].nodePort</c>.</param>
/// <param name="Type">What kind of problem it is.</param>
/// <param name="BadValue">The value as Go prints it (strings quoted, numbers not); "" where the type shows none.</param>
/// <param name="Detail">What is wrong with it; may be "".</param>
/// <remarks>Thread-safe: it never changes.</remarks>
public sealed record FieldError(string Field, FieldErrorType Type, string BadValue, string Detail)
{
    /// <summary>The error as the API server prints it, without the field: <c>Invalid value: 80: …</c>.</summary>
    public string Body
    {
        get
        {
            string body = BadValue.Length == 0 ? TypeText : $"{TypeText}: {BadValue}";
            return Detail.Length == 0 ? body : $"{body}: {Detail}";
        }
    }

    private string TypeText => Type switch
    {
        FieldErrorType.Required => "Required value",
        FieldErrorType.Invalid => "Invalid value",
        FieldErrorType.NotSupported => "Unsupported value",
        FieldErrorType.Duplicate => "Duplicate value",
        FieldErrorType.Forbidden => "Forbidden",
        FieldErrorType.NotFound => "Not found",
        FieldErrorType.TooMany => "Too many",
        _ => "Internal error",
    };

    /// <summary>The whole error: <c>spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. …</c>.</summary>
    public override string ToString() => $"{Field}: {Body}";

    internal static FieldError Required(FieldPath field, string detail = "") => new(field.Text, FieldErrorType.Required, "", detail);

    internal static FieldError Forbidden(FieldPath field, string detail) => new(field.Text, FieldErrorType.Forbidden, "", detail);

    internal static FieldError Internal(FieldPath field, string detail) => new(field.Text, FieldErrorType.Internal, "", detail);

    internal static FieldError Invalid(FieldPath field, string value, string detail) =>
        new(field.Text, FieldErrorType.Invalid, GoValue.Quote(value), detail);

    internal static FieldError Invalid(FieldPath field, int value, string detail) =>
        new(field.Text, FieldErrorType.Invalid, GoValue.Number(value), detail);

    internal static FieldError Invalid(FieldPath field, EquatableArray<string> value, string detail) =>
        new(field.Text, FieldErrorType.Invalid, GoValue.Strings(value), detail);

    internal static FieldError Invalid(FieldPath field, StringMap value, string detail) =>
        new(field.Text, FieldErrorType.Invalid, GoValue.Map(value), detail);

    internal static FieldError NotSupported(FieldPath field, string value, params ReadOnlySpan<string> supported)
    {
        var quoted = new List<string>(supported.Length);
        foreach (string name in supported) quoted.Add(GoValue.Quote(name));
        return new(field.Text, FieldErrorType.NotSupported, GoValue.Quote(value), "supported values: " + string.Join(", ", quoted));
    }

    internal static FieldError Duplicate(FieldPath field, string value) => new(field.Text, FieldErrorType.Duplicate, GoValue.Quote(value), "");

    internal static FieldError Duplicate(FieldPath field, int value) => new(field.Text, FieldErrorType.Duplicate, GoValue.Number(value), "");

    internal static FieldError DuplicateStruct(FieldPath field, string printed, string detail = "") =>
        new(field.Text, FieldErrorType.Duplicate, printed, detail);

    internal static FieldError NotFound(FieldPath field, string value) => new(field.Text, FieldErrorType.NotFound, GoValue.Quote(value), "");

    internal static FieldError TooMany(FieldPath field, int count, int limit) =>
        new(field.Text, FieldErrorType.TooMany, GoValue.Number(count), $"must have at most {GoValue.Number(limit)} items");
}
