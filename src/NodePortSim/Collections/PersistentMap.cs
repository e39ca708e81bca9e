namespace NodePortSim.Collections;

/// <summary>A sorted map that never changes: a version with one key more, less or other shares nearly all with the one that it was made of.</summary>
/// <remarks>
/// Two levels: pieces of some dozens of keys, and the list of the pieces. A change copies one piece and the list, which of 10,000 keys is 160 references;
/// two versions are compared piece by piece, and those that they share are passed over. Thread-safe.
/// </remarks>
internal sealed class PersistentMap<TKey, TValue>
    where TKey : IComparable<TKey>
    where TValue : class
{
    private const int FirstSize = 64, LargestSize = 128;

    private readonly Piece[] _pieces;

    private PersistentMap(Piece[] pieces, int count)
    {
        _pieces = pieces;
        Count = count;
    }

    /// <summary>The map without keys.</summary>
    public static PersistentMap<TKey, TValue> Empty { get; } = new([], 0);

    /// <summary>The number of keys.</summary>
    public int Count { get; }

    /// <summary>The values, by their keys.</summary>
    public IEnumerable<TValue> Values
    {
        get
        {
            foreach (Piece piece in _pieces)
                foreach (TValue value in piece.Values) yield return value;
        }
    }

    /// <summary>The value of a key, or null where there is none.</summary>
    public TValue? this[TKey key]
    {
        get
        {
            if (_pieces.Length == 0) return null;
            Piece piece = _pieces[PieceOf(key)];
            int place = piece.PlaceOf(key);
            return place >= 0 ? piece.Values[place] : null;
        }
    }

    /// <summary>The map of sorted keys, each of which occurs once.</summary>
    public static PersistentMap<TKey, TValue> FromSorted(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
    {
        if (keys.IsEmpty) return Empty;
        var pieces = new Piece[(keys.Length + FirstSize - 1) / FirstSize];
        for (int i = 0; i < pieces.Length; i++)
        {
            int first = i * FirstSize, count = Math.Min(FirstSize, keys.Length - first);
            pieces[i] = new Piece(keys.Slice(first, count).ToArray(), values.Slice(first, count).ToArray());
        }

        return new PersistentMap<TKey, TValue>(pieces, keys.Length);
    }

    /// <summary>The map of keys in any order; of two equal keys the later one counts.</summary>
    public static PersistentMap<TKey, TValue> From(TKey[] keys, TValue[] values)
    {
        if (IsSorted(keys)) return FromSorted(keys, values);
        int[] places = new int[keys.Length];
        for (int i = 0; i < places.Length; i++) places[i] = i;
        Array.Sort(places, (a, b) => keys[a].CompareTo(keys[b]) is var order and not 0 ? order : a.CompareTo(b));
        var sortedKeys = new TKey[keys.Length];
        var sortedValues = new TValue[keys.Length];
        int count = 0;
        foreach (int place in places)
        {
            if (count > 0 && sortedKeys[count - 1].CompareTo(keys[place]) == 0) count--;
            sortedKeys[count] = keys[place];
            sortedValues[count++] = values[place];
        }

        return FromSorted(sortedKeys.AsSpan(0, count), sortedValues.AsSpan(0, count));
    }

    /// <summary>This map with one key added, or with another value of it.</summary>
    public PersistentMap<TKey, TValue> With(TKey key, TValue value)
    {
        if (_pieces.Length == 0) return FromSorted([key], [value]);
        int at = PieceOf(key);
        Piece piece = _pieces[at];
        int place = piece.PlaceOf(key);
        if (place >= 0)
        {
            if (ReferenceEquals(piece.Values[place], value)) return this;
            var values = (TValue[])piece.Values.Clone();
            values[place] = value;
            return Replace(at, [new Piece(piece.Keys, values)], Count);
        }

        Piece grown = new([.. piece.Keys[..~place], key, .. piece.Keys[~place..]], [.. piece.Values[..~place], value, .. piece.Values[~place..]]);
        return Replace(at, grown.Keys.Length <= LargestSize ? [grown] : grown.Halves(), Count + 1);
    }

    /// <summary>This map without a key.</summary>
    public PersistentMap<TKey, TValue> Without(TKey key)
    {
        if (_pieces.Length == 0) return this;
        int at = PieceOf(key);
        Piece piece = _pieces[at];
        int place = piece.PlaceOf(key);
        if (place < 0) return this;
        Piece rest = new([.. piece.Keys[..place], .. piece.Keys[(place + 1)..]], [.. piece.Values[..place], .. piece.Values[(place + 1)..]]);
        return Replace(at, rest.Keys.Length == 0 ? [] : [rest], Count - 1);
    }

    /// <summary>The keys that are not smaller than one, with their values, in order.</summary>
    public IEnumerable<(TKey Key, TValue Value)> From(TKey first)
    {
        if (_pieces.Length == 0) yield break;
        int at = PieceOf(first);
        int place = _pieces[at].PlaceOf(first);
        if (place < 0) place = ~place;
        for (; at < _pieces.Length; at++, place = 0)
            for (Piece piece = _pieces[at]; place < piece.Keys.Length; place++) yield return (piece.Keys[place], piece.Values[place]);
    }

    /// <summary>The keys whose values are not the same objects in both maps, in order, with both values; null where there is none.</summary>
    public static List<MapChange<TKey, TValue>> Changes(PersistentMap<TKey, TValue> before, PersistentMap<TKey, TValue> now)
    {
        var found = new List<MapChange<TKey, TValue>>();
        if (ReferenceEquals(before, now)) return found;
        Piece[] old = before._pieces, current = now._pieces;
        int a = 0, i = 0, b = 0, k = 0;
        while (a < old.Length || b < current.Length)
        {
            if (i == 0 && k == 0 && a < old.Length && b < current.Length && ReferenceEquals(old[a], current[b]))
            {
                a++;
                b++;
                continue;
            }

            int order = a == old.Length ? 1 : b == current.Length ? -1 : old[a].Keys[i].CompareTo(current[b].Keys[k]);
            if (order < 0) found.Add(new(old[a].Keys[i], old[a].Values[i], null));
            else if (order > 0) found.Add(new(current[b].Keys[k], null, current[b].Values[k]));
            else if (!ReferenceEquals(old[a].Values[i], current[b].Values[k])) found.Add(new(current[b].Keys[k], old[a].Values[i], current[b].Values[k]));
            if (order <= 0 && ++i == old[a].Keys.Length) (a, i) = (a + 1, 0);
            if (order >= 0 && ++k == current[b].Keys.Length) (b, k) = (b + 1, 0);
        }

        return found;
    }

    private static bool IsSorted(TKey[] keys)
    {
        for (int i = 1; i < keys.Length; i++)
            if (keys[i - 1].CompareTo(keys[i]) >= 0) return false;
        return true;
    }

    private PersistentMap<TKey, TValue> Replace(int at, ReadOnlySpan<Piece> pieces, int count)
    {
        var all = new Piece[_pieces.Length - 1 + pieces.Length];
        _pieces.AsSpan(0, at).CopyTo(all);
        pieces.CopyTo(all.AsSpan(at));
        _pieces.AsSpan(at + 1).CopyTo(all.AsSpan(at + pieces.Length));
        return new PersistentMap<TKey, TValue>(all, count);
    }

    /// <summary>The piece that has the key, or would have it.</summary>
    private int PieceOf(TKey key)
    {
        int low = 0, high = _pieces.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (_pieces[middle].Keys[0].CompareTo(key) <= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private sealed class Piece(TKey[] keys, TValue[] values)
    {
        public TKey[] Keys { get; } = keys;

        public TValue[] Values { get; } = values;

        /// <summary>The place of a key, or the complement of where it would be.</summary>
        public int PlaceOf(TKey key)
        {
            int low = 0, high = Keys.Length - 1;
            while (low <= high)
            {
                int middle = (low + high) >>> 1;
                int order = Keys[middle].CompareTo(key);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }

            return ~low;
        }

        public Piece[] Halves()
        {
            int half = Keys.Length / 2;
            return [new Piece(Keys[..half], Values[..half]), new Piece(Keys[half..], Values[half..])];
        }
    }
}

/// <summary>What differs at one key between two versions of a map.</summary>
/// <param name="Key">The key.</param>
/// <param name="Before">Its value before; null for none.</param>
/// <param name="Now">Its value now; null for none.</param>
internal readonly record struct MapChange<TKey, TValue>(TKey Key, TValue? Before, TValue? Now)
    where TValue : class;
