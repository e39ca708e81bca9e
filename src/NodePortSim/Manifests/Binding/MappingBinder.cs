using NodePortSim.Collections;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests.Binding;

/// <summary>
/// Takes the fields of one mapping by name and type. A field that is absent or null gives null (lists and maps: empty); one of a wrong type
/// is reported and gives the same. At the end, <see cref="WarnUnknown"/> names the fields that nobody took.
/// </summary>
internal sealed class MappingBinder
{
    private static readonly YamlMapping Empty = new(default);

    private readonly YamlMapping _mapping;
    private readonly FieldPath _path;
    private readonly BindingContext _context;
    private readonly bool[] _taken;
    private readonly bool _lenient;

    private MappingBinder(YamlMapping mapping, FieldPath path, BindingContext context, bool lenient)
    {
        _mapping = mapping;
        _path = path;
        _context = context;
        _lenient = lenient;
        _taken = mapping.Entries.Count == 0 ? [] : new bool[mapping.Entries.Count];
    }

    /// <summary>The binder of an object's root.</summary>
    public static MappingBinder ForRoot(YamlMapping root, BindingContext context) => new(root, FieldPath.Root, context, lenient: false);

    /// <summary>A string, or null.</summary>
    public string? String(string name) => Take(name)?.AsString();

    /// <summary>A string, or "".</summary>
    public string StringOrEmpty(string name) => String(name) ?? "";

    /// <summary>A boolean, or null.</summary>
    public bool? Bool(string name) => Take(name)?.AsBoolean();

    /// <summary>An integer, or null.</summary>
    public int? Int32(string name) => Take(name)?.AsInt32();

    /// <summary>A non-negative integer of 64 bits, or null.</summary>
    public ulong? UInt64(string name) => Take(name)?.AsUInt64();

    /// <summary>An integer or string, or null.</summary>
    public IntOrString? IntOrString(string name) => Take(name)?.AsIntOrString();

    /// <summary>A duration, or null.</summary>
    public TimeSpan? Duration(string name) => Take(name)?.AsDuration();

    /// <summary>A value of an enumeration, or null; "" counts as absent where the field is not a pointer in the API.</summary>
    public T? Enum<T>(string name, EnumNames<T> names, bool emptyIsAbsent = true)
        where T : struct
    {
        if (Take(name) is not { } value) return null;
        return emptyIsAbsent && value.Node is YamlScalar { Type: YamlScalarType.String, Text: "" } ? null : value.AsEnum(names);
    }

    /// <summary>A string that must be one of a few, or "".</summary>
    public string OneOf(string name, EnumNames<string> names)
    {
        if (Take(name) is not { } value || value.Node is YamlScalar { Type: YamlScalarType.String, Text: "" }) return "";
        return value.TryName(names, out string? text) ? text : "";
    }

    /// <summary>A map of strings, or the empty one.</summary>
    public StringMap StringMap(string name) => Map(name, static value => value.AsString());

    /// <summary>A map of scalars' texts, or the empty one.</summary>
    public StringMap TextMap(string name) => Map(name, static value => value.AsText());

    /// <summary>A list of strings; a null item is "".</summary>
    public EquatableArray<string> Strings(string name) =>
        Items(name).Select(static item => item.Node.IsNull ? "" : item.AsString()).OfType<string>().ToEquatableArray();

    /// <summary>A list of an enumeration's values.</summary>
    public EquatableArray<T> Enums<T>(string name, EnumNames<T> names)
        where T : struct => Items(name).Select(item => item.AsEnum(names)).OfType<T>().ToEquatableArray();

    /// <summary>A list of mappings.</summary>
    public EquatableArray<T> List<T>(string name, Func<MappingBinder, T> bind)
    {
        var items = new List<T>();
        foreach (BoundValue item in Items(name))
            if (Nested(item) is { } binder) items.Add(bind(binder));
        return items.ToEquatableArray();
    }

    /// <summary>A mapping; where it is absent, one without fields.</summary>
    public MappingBinder Mapping(string name) => OptionalMapping(name) ?? new MappingBinder(Empty, _path.Child(name), _context, _lenient);

    /// <summary>A mapping, or null.</summary>
    public MappingBinder? OptionalMapping(string name) => Take(name) is { } value ? Nested(value) : null;

    /// <summary>This mapping without warnings about unknown fields, in it and below: for parts that are not the user's or not modelled.</summary>
    public MappingBinder Leniently() => new(_mapping, _path, _context, lenient: true);

    /// <summary>Takes fields that have no effect on the datapath.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _context.FieldKnown?.Invoke(_path.Child(name));
            if (_mapping.IndexOf(name) is var index and >= 0) _taken[index] = true;
        }
    }

    /// <summary>Takes fields that have an effect on the datapath which is not modelled, and says so.</summary>
    public void NotModelled(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            if (Take(name) is { } value && !_lenient) _context.NotModelled(value.Position, value.Field);
    }

    /// <summary>The names of the fields as written, those with a null included.</summary>
    public IEnumerable<string> Names => _mapping.Entries.Select(static entry => entry.Key);

    /// <summary>Whether a field is written, be it with a null.</summary>
    public bool Has(string name) => _mapping.IndexOf(name) >= 0;

    /// <summary>Whether a written field has been taken.</summary>
    public bool HasTaken(string name) => _mapping.IndexOf(name) is var index and >= 0 && _taken[index];

    /// <summary>A field's node as written, or null.</summary>
    public YamlNode? Node(string name) => Take(name)?.Node;

    /// <summary>A string that must be there and not empty; "" where it is not, which is reported.</summary>
    public string RequiredString(string name)
    {
        if (_mapping[name] is { IsNull: false } and not YamlScalar { Type: YamlScalarType.String, Text: "" }) return StringOrEmpty(name);
        Ignore(name);
        Error(name, "Required value");
        return "";
    }

    /// <summary>Reports an error of a field; of one that is not written, at this mapping's place.</summary>
    public void Error(string name, string message)
    {
        YamlPosition position = _mapping.IndexOf(name) is var index and >= 0 ? _mapping.Entries[index].Position : _mapping.Position;
        _context.Error(position, _path.Child(name), message);
    }

    /// <summary>Reports an error of this mapping.</summary>
    public void Error(string message) => _context.Error(_mapping.Position, _path, message);

    /// <summary>Refuses each field that nobody took, where a typing error must not pass unnoticed.</summary>
    public void RefuseUnknown()
    {
        for (int i = 0; i < _taken.Length; i++)
            if (!_taken[i]) _context.Error(_mapping.Entries[i].KeyPosition, _path.Child(_mapping.Entries[i].Key), "unknown field");
    }

    /// <summary>Warns of each field that nobody took.</summary>
    public void WarnUnknown()
    {
        if (_lenient) return;
        for (int i = 0; i < _taken.Length; i++)
            if (!_taken[i]) _context.UnknownField(_mapping.Entries[i].KeyPosition, _path.Child(_mapping.Entries[i].Key));
    }

    private BoundValue? Take(string name)
    {
        _context.FieldKnown?.Invoke(_path.Child(name));
        int index = _mapping.IndexOf(name);
        if (index < 0) return null;
        _taken[index] = true;
        YamlEntry entry = _mapping.Entries[index];
        return entry.Value.IsNull ? null : new BoundValue(entry.Value, entry.Position, _path.Child(name), _context);
    }

    private MappingBinder? Nested(BoundValue value)
    {
        if (value.Node.IsNull) return new MappingBinder(Empty, value.Field, _context, _lenient);
        YamlMapping? mapping = value.Node as YamlMapping ?? value.WrongType<YamlMapping>("object");
        return mapping is null ? null : new MappingBinder(mapping, value.Field, _context, _lenient);
    }

    private IEnumerable<BoundValue> Items(string name)
    {
        if (Take(name) is not { } value) yield break;
        if ((value.Node as YamlSequence ?? value.WrongType<YamlSequence>("array")) is not { } sequence) yield break;
        for (int i = 0; i < sequence.Items.Count; i++)
            yield return new BoundValue(sequence.Items[i], sequence.Items[i].Position, value.Field.Item(i), _context);
    }

    private StringMap Map(string name, Func<BoundValue, string?> convert)
    {
        if (Take(name) is not { } value) return default;
        if ((value.Node as YamlMapping ?? value.WrongType<YamlMapping>("object")) is not { } mapping) return default;
        var entries = new List<KeyValuePair<string, string>>(mapping.Entries.Count);
        foreach (YamlEntry entry in mapping.Entries)
        {
            var item = new BoundValue(entry.Value, entry.Position, value.Field.Entry(entry.Key), _context);
            if ((entry.Value.IsNull ? "" : convert(item)) is { } text) entries.Add(new(entry.Key, text));
        }

        return Collections.StringMap.Create(entries);
    }
}
