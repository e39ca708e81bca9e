using System.Globalization;
using System.Text;

namespace NodePortSim.Manifests.Binding;

/// <summary>The way from an object's root to a field; its text is made only for a problem.</summary>
internal sealed class FieldPath
{
    /// <summary>The object itself.</summary>
    public static readonly FieldPath Root = new(null, null, null);

    private readonly FieldPath? _parent;
    private readonly string? _name;
    private readonly string? _subscript;

    private FieldPath(FieldPath? parent, string? name, string? subscript)
    {
        _parent = parent;
        _name = name;
        _subscript = subscript;
    }

    /// <summary>A field of this one: <c>spec</c> → <c>spec.ports</c>.</summary>
    public FieldPath Child(string name) => new(this, name, null);

    /// <summary>An item of this list: <c>ports</c> → <c>ports[0]</c>.</summary>
    public FieldPath Item(int index) => new(this, null, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>An entry of this map: <c>labels</c> → <c>labels[app]</c>.</summary>
    public FieldPath Entry(string key) => new(this, null, key);

    /// <summary>The path as the API server writes it; "" for the object.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        if (_parent is null) return;
        _parent.Append(text);
        if (_subscript is not null) text.Append('[').Append(_subscript).Append(']');
        else text.Append(text.Length > 0 ? "." : "").Append(_name);
    }
}
