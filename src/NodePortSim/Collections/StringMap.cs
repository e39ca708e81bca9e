using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace NodePortSim.Collections;

/// <summary>An immutable map of strings, sorted by key (ordinal), equal to another one with the same entries.</summary>
/// <remarks>Holds labels, annotations and selectors, which are small. The default value is the empty map. Thread-safe.</remarks>
[CollectionBuilder(typeof(StringMap), nameof(Create))]
[SuppressMessage("Naming", "CA1710", Justification = "Named as Kubernetes' API types name it: a map of strings.")]
public readonly struct StringMap : IReadOnlyCollection<KeyValuePair<string, string>>, IEquatable<StringMap>
{
    private readonly EquatableArray<KeyValuePair<string, string>> _entries;

    private StringMap(EquatableArray<KeyValuePair<string, string>> entries) => _entries = entries;

    /// <summary>The number of entries, 0 or more.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether there is no entry.</summary>
    public bool IsEmpty => _entries.IsEmpty;

    /// <summary>The value of <paramref name="key"/>, or null where there is none.</summary>
    /// <param name="key">The key, compared ordinally.</param>
    public string? this[string key] => TryGetValue(key, out string? value) ? value : null;

    /// <summary>Makes a map; of entries with one key the last one counts.</summary>
    /// <param name="entries">The entries, in any order.</param>
    public static StringMap Create(ReadOnlySpan<KeyValuePair<string, string>> entries)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in entries) sorted[key] = value;
        return new StringMap(sorted.ToEquatableArray());
    }

    /// <summary>Makes a map; of entries with one key the last one counts.</summary>
    /// <param name="entries">The entries, in any order.</param>
    public static StringMap Create(IEnumerable<KeyValuePair<string, string>> entries) => Create(entries.ToArray().AsSpan());

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key, compared ordinally.</param>
    /// <param name="value">Its value, where there is one.</param>
    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
    {
        foreach ((string k, string v) in _entries)
        {
            if (!string.Equals(k, key, StringComparison.Ordinal)) continue;
            value = v;
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>Whether <paramref name="key"/> has an entry.</summary>
    /// <param name="key">The key, compared ordinally.</param>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Whether every entry of this map, read as a label selector, is an entry of <paramref name="labels"/> too.</summary>
    /// <param name="labels">The labels of an object.</param>
    public bool IsSubsetOf(StringMap labels)
    {
        foreach ((string key, string value) in _entries)
            if (!string.Equals(labels[key], value, StringComparison.Ordinal)) return false;
        return true;
    }

    /// <summary>This map with one entry added or replaced.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value.</param>
    public StringMap With(string key, string value) => Create([.. _entries, new(key, value)]);

    /// <summary>Enumerates the entries by key, without allocation.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>>.Enumerator GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, string>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_entries).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(StringMap other) => _entries.Equals(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StringMap other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.GetHashCode();

    /// <summary>Whether two maps have the same entries.</summary>
    /// <param name="left">One map.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(StringMap left, StringMap right) => left.Equals(right);

    /// <summary>Whether two maps differ in an entry.</summary>
    /// <param name="left">One map.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(StringMap left, StringMap right) => !left.Equals(right);

    /// <summary>The entries as kubectl prints labels: <c>app=web,tier=front</c>; <c>&lt;none&gt;</c> where there is none.</summary>
    public override string ToString() =>
        IsEmpty ? "<none>" : string.Join(',', _entries.Select(static e => $"{e.Key}={e.Value}"));
}
