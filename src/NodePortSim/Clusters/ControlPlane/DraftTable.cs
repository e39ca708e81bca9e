using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using NodePortSim.Collections;

namespace NodePortSim.Clusters.ControlPlane;

/// <summary>One table of a <see cref="ClusterDraft"/>: a snapshot's objects with changes that may yet be thrown away.</summary>
/// <remarks>Remembers which keys were touched, so that finding what changed costs as much as the change, not as much as the cluster.</remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the objects, compared by value.</typeparam>
internal sealed class DraftTable<TKey, TValue>(ImmutableSortedDictionary<TKey, TValue> before)
    where TKey : notnull
    where TValue : class
{
    private readonly ImmutableSortedDictionary<TKey, TValue>.Builder _rows = before.ToBuilder();
    private readonly SortedSet<TKey> _touched = new(before.KeyComparer);

    /// <summary>The rows by key.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Rows => _rows;

    /// <summary>The keys that were written or removed, whether or not their rows differ in the end.</summary>
    public IReadOnlyCollection<TKey> Touched => _touched;

    /// <summary>A copy of the rows, for changing the table while going through it.</summary>
    public List<KeyValuePair<TKey, TValue>> Snapshot() => [.. _rows];

    /// <summary>The row of <paramref name="key"/>.</summary>
    public TValue this[TKey key] => _rows[key];

    /// <summary>The row of <paramref name="key"/>, where there is one.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value) => _rows.TryGetValue(key, out value);

    /// <summary>Whether <paramref name="key"/> has a row.</summary>
    public bool Contains(TKey key) => _rows.ContainsKey(key);

    /// <summary>Writes a row; an equal one stays the same object.</summary>
    public void Put(TKey key, TValue value)
    {
        if (_rows.TryGetValue(key, out TValue? old) && old.Equals(value)) return;
        _touched.Add(key);

        // A change that is taken back leaves the old object, so that consumers see no difference.
        _rows[key] = before.TryGetValue(key, out TValue? original) && original.Equals(value) ? original : value;
    }

    /// <summary>Removes a row.</summary>
    public bool Remove(TKey key)
    {
        if (!_rows.Remove(key)) return false;
        _touched.Add(key);
        return true;
    }

    /// <summary>The keys whose rows differ from the snapshot's.</summary>
    public EquatableArray<TKey> Changes() => _touched
        .Where(key => !ReferenceEquals(_rows.GetValueOrDefault(key), before.GetValueOrDefault(key)))
        .ToEquatableArray();

    /// <summary>The table as a new snapshot has it.</summary>
    public ImmutableSortedDictionary<TKey, TValue> ToImmutable() => _rows.ToImmutable();
}
