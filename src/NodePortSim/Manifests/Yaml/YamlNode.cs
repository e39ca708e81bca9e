namespace NodePortSim.Manifests.Yaml;

/// <summary>A node of a YAML document that knows its place. Aliases share their anchor's node.</summary>
internal abstract class YamlNode(YamlPosition position)
{
    /// <summary>Where the node begins.</summary>
    public YamlPosition Position { get; } = position;

    /// <summary>The type as JSON schema names it: what the API server's messages call the node.</summary>
    public abstract string TypeName { get; }

    /// <summary>How many nodes this one stands for, itself and aliases' nodes included.</summary>
    public long Weight { get; protected set; } = 1;

    /// <summary>How many levels this node has, 1 for a scalar.</summary>
    public int Height { get; protected set; } = 1;

    /// <summary>Whether the node is a null, which counts as an absent field.</summary>
    public bool IsNull => this is YamlScalar { Type: YamlScalarType.Null };
}

/// <summary>A list.</summary>
internal sealed class YamlSequence : YamlNode
{
    private readonly List<YamlNode> _items = [];

    public YamlSequence(YamlPosition position)
        : base(position)
    {
    }

    /// <inheritdoc/>
    public override string TypeName => "array";

    /// <summary>The items in order.</summary>
    public IReadOnlyList<YamlNode> Items => _items;

    /// <summary>Adds an item, while the document is composed.</summary>
    public void Add(YamlNode item)
    {
        _items.Add(item);
        Weight += item.Weight;
        Height = Math.Max(Height, item.Height + 1);
    }
}
