using NodePortSim.Collections;
using NodePortSim.Manifests.Yaml;

namespace NodePortSim.Manifests;

/// <summary>Tells where each field of an object was written. Immutable; thread-safe.</summary>
public sealed class SourceMap
{
    private readonly YamlOrigin _origin;
    private readonly EquatableArray<int> _items;

    /// <summary>Makes the map of an object.</summary>
    /// <param name="file">Its file.</param>
    /// <param name="origin">Its document.</param>
    /// <param name="items">In a list, the index in <c>items</c>; in a list in a list, those of each.</param>
    /// <param name="start">Where it begins.</param>
    internal SourceMap(string file, YamlOrigin origin, EquatableArray<int> items, YamlPosition start)
    {
        File = file;
        (Line, Column) = (start.Line, start.Column);
        _origin = origin;
        _items = items;
    }

    /// <summary>The object's file as the caller named it; <c>-</c> for standard input.</summary>
    public string File { get; }

    /// <summary>The line that the object begins at, from 1.</summary>
    public int Line { get; }

    /// <summary>The column that the object begins at, from 1.</summary>
    public int Column { get; }

    /// <summary>The place of a field's value; for a field that was not written, the key of the nearest field around it that was.</summary>
    /// <param name="field">
    /// A path from the object's root in the API server's form: <c>spec.ports[0].nodePort</c>, <c>metadata.labels[app]</c>; "" is the object.
    /// </param>
    public (string File, int Line, int Column) Locate(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        YamlNode node = Root();
        YamlPosition value = node.Position, key = node.Position;
        ReadOnlySpan<char> rest = field;
        while (!rest.IsEmpty)
        {
            if (!TryStep(node, ref rest, out YamlEntry entry)) return (File, key.Line, key.Column);
            (node, key, value) = (entry.Value, entry.KeyPosition, entry.Position);
        }

        return (File, value.Line, value.Column);
    }

    /// <summary>An error of a field of this object.</summary>
    /// <param name="field">The field's path, as <see cref="Locate"/> takes it.</param>
    /// <param name="message">What is wrong.</param>
    public Diagnostic Error(string field, string message)
    {
        (string file, int line, int column) = Locate(field);
        return new Diagnostic(DiagnosticSeverity.Error, file, line, column, field.Length == 0 ? null : field, message);
    }

    private YamlNode Root()
    {
        YamlNode root = _origin.Root();
        foreach (int item in _items) root = ((YamlSequence)((YamlMapping)root)["items"]!).Items[item];
        return root;
    }

    private static bool TryStep(YamlNode node, ref ReadOnlySpan<char> rest, out YamlEntry entry)
    {
        entry = default;
        if (rest[0] == '[')
        {
            int close = rest.IndexOf(']');
            if (close < 0) return false;
            ReadOnlySpan<char> subscript = rest[1..close];
            rest = rest[(close + 1)..];
            return node is YamlSequence sequence ? TryItem(sequence, subscript, out entry) : TryEntry(node, subscript, out entry);
        }

        if (rest[0] == '.') rest = rest[1..];
        int end = rest.IndexOfAny('.', '[');
        if (end < 0) end = rest.Length;
        ReadOnlySpan<char> name = rest[..end];
        rest = rest[end..];
        return TryEntry(node, name, out entry);
    }

    private static bool TryItem(YamlSequence sequence, ReadOnlySpan<char> subscript, out YamlEntry entry)
    {
        entry = default;
        if (!int.TryParse(subscript, out int index) || index < 0 || index >= sequence.Items.Count) return false;
        YamlNode item = sequence.Items[index];
        entry = new YamlEntry("", item.Position, item);
        return true;
    }

    private static bool TryEntry(YamlNode node, ReadOnlySpan<char> key, out YamlEntry entry)
    {
        entry = default;
        if (node is not YamlMapping mapping || mapping.IndexOf(key.ToString()) is not (var index and >= 0)) return false;
        entry = mapping.Entries[index];
        return true;
    }
}
