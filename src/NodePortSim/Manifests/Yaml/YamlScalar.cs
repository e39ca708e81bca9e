namespace NodePortSim.Manifests.Yaml;

/// <summary>What a scalar is to the API server.</summary>
internal enum YamlScalarType
{
    /// <summary>Nothing: <c>null</c>, <c>~</c>, or no text at all.</summary>
    Null,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A number without fraction that fits in 64 bits.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>A string.</summary>
    String,
}

/// <summary>A scalar: its text as written (quotes and escapes undone) and its type.</summary>
internal sealed class YamlScalar : YamlNode
{
    public YamlScalar(YamlPosition position, string text, YamlScalarType type, bool isUnwritten = false)
        : base(position)
    {
        Text = text;
        Type = type;
        IsUnwritten = isUnwritten;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The type.</summary>
    public YamlScalarType Type { get; }

    /// <summary>Whether the document has no text here, as after a key without a value.</summary>
    public bool IsUnwritten { get; }

    /// <inheritdoc/>
    public override string TypeName => Type switch
    {
        YamlScalarType.Null => "null",
        YamlScalarType.Boolean => "boolean",
        YamlScalarType.Integer => "integer",
        YamlScalarType.Number => "number",
        _ => "string",
    };
}
