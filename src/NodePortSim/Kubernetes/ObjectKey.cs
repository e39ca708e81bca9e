namespace NodePortSim.Kubernetes;

/// <summary>A namespace and a name: what identifies an object of one kind.</summary>
/// <param name="Namespace">The namespace; "" for kinds without one.</param>
/// <param name="Name">The name.</param>
public readonly record struct ObjectKey(string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>Compares by the text <c>namespace/name</c>, ordinally.</summary>
    /// <param name="other">The key to compare with.</param>
    public int CompareTo(ObjectKey other)
    {
        if (string.Equals(Namespace, other.Namespace, StringComparison.Ordinal)) return string.CompareOrdinal(Name, other.Name);

        // Where one namespace begins with the other, the slash takes part in the order; only then the whole texts are made.
        return Namespace.StartsWith(other.Namespace, StringComparison.Ordinal) || other.Namespace.StartsWith(Namespace, StringComparison.Ordinal)
            ? string.CompareOrdinal(ToString(), other.ToString())
            : string.CompareOrdinal(Namespace, other.Namespace);
    }

    /// <summary>Whether <paramref name="left"/> sorts before <paramref name="right"/>.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> sorts after <paramref name="right"/>.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not sort after <paramref name="right"/>.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not sort before <paramref name="right"/>.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;

    /// <summary>Parses <c>namespace/name</c>; a bare name is in namespace <c>default</c>.</summary>
    /// <param name="text">The text.</param>
    public static ObjectKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new ObjectKey("default", text) : new ObjectKey(text[..slash], text[(slash + 1)..]);
    }

    /// <summary>The text <c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
