using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests.Binding;

/// <summary>A written value, its field and its place; converts itself to the field's type, or reports why not and gives null.</summary>
internal readonly record struct BoundValue(YamlNode Node, YamlPosition Position, FieldPath Field, BindingContext Context)
{
    /// <summary>A string; numbers and booleans are refused, as the API server refuses them.</summary>
    public string? AsString() =>
        Node is YamlScalar { Type: YamlScalarType.String } scalar ? scalar.Text : WrongType<string>("string");

    /// <summary>The text of any scalar: for files whose reader takes a number for a string.</summary>
    public string? AsText() => Node is YamlScalar scalar ? scalar.Text : WrongType<string>("string");

    /// <summary>A boolean.</summary>
    public bool? AsBoolean() =>
        Node is YamlScalar { Type: YamlScalarType.Boolean } scalar && ScalarTypes.TryBoolean(scalar.Text, out bool value)
            ? value
            : WrongValue<bool>("boolean");

    /// <summary>An integer of 32 bits.</summary>
    public int? AsInt32()
    {
        if (Node is not YamlScalar scalar || !ScalarTypes.TryInteger(scalar, out BigInteger value)) return WrongValue<int>("integer");
        if (value >= int.MinValue && value <= int.MaxValue) return (int)value;
        Context.Error(Position, Field, $"Invalid value: {scalar.Text}: must be an integer of 32 bits");
        return null;
    }

    /// <summary>A non-negative integer of 64 bits.</summary>
    public ulong? AsUInt64()
    {
        if (Node is not YamlScalar scalar || !ScalarTypes.TryInteger(scalar, out BigInteger value)) return WrongValue<ulong>("integer");
        if (value >= 0 && value <= ulong.MaxValue) return (ulong)value;
        Context.Error(Position, Field, $"Invalid value: {scalar.Text}: must be between 0 and {ulong.MaxValue}");
        return null;
    }

    /// <summary>An integer or a string, as <c>targetPort</c> is.</summary>
    public IntOrString? AsIntOrString() => Node switch
    {
        YamlScalar { Type: YamlScalarType.String } scalar => new IntOrString(scalar.Text),
        YamlScalar { Type: YamlScalarType.Integer or YamlScalarType.Number } => AsInt32() is { } number ? new IntOrString(number) : null,
        _ => WrongValue<IntOrString>("integer or string"),
    };

    /// <summary>The value of one of an enumeration's names.</summary>
    public T? AsEnum<T>(EnumNames<T> names)
        where T : struct => TryName(names, out T value) ? value : null;

    /// <summary>One of a few names.</summary>
    public bool TryName<T>(EnumNames<T> names, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (AsString() is not { } text) return false;
        if (names.TryGet(text, out value)) return true;
        Context.Error(Position, Field, $"Unsupported value: \"{text}\": supported values: {names.Supported}");
        return false;
    }

    /// <summary>A duration in Go's form, such as <c>24h0m0s</c>.</summary>
    public TimeSpan? AsDuration()
    {
        if (AsString() is not { } text) return null;
        if (GoDuration.TryParse(text, out TimeSpan value, out string problem)) return value;
        Context.Error(Position, Field, $"Invalid value: \"{text}\": {problem}");
        return null;
    }

    /// <summary>Reports a wrong type.</summary>
    public T? WrongType<T>(string expected)
        where T : class
    {
        Context.WrongType(Position, Field, Node, expected);
        return null;
    }

    private T? WrongValue<T>(string expected)
        where T : struct
    {
        Context.WrongType(Position, Field, Node, expected);
        return null;
    }
}
