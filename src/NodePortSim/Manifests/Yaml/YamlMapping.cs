namespace NodePortSim.Manifests.Yaml;

/// <summary>A key of a mapping and its value.</summary>
internal readonly record struct YamlEntry(string Key, YamlPosition KeyPosition, YamlNode Value)
{
    /// <summary>The value's place, or the key's where nothing is written for a value.</summary>
    public YamlPosition Position => Value is YamlScalar { IsUnwritten: true } ? KeyPosition : Value.Position;
}

/// <summary>A mapping with unique keys, in the order of writing; merged entries (<c>&lt;&lt;</c>) come last.</summary>
internal sealed class YamlMapping : YamlNode
{
    private const int MaxEntriesSearchedInOrder = 16;

    private readonly List<YamlEntry> _entries = [];
    private Dictionary<string, int>? _indexes;

    public YamlMapping(YamlPosition position)
        : base(position)
    {
    }

    /// <inheritdoc/>
    public override string TypeName => "object";

    /// <summary>The entries.</summary>
    public IReadOnlyList<YamlEntry> Entries => _entries;

    /// <summary>The index of a key in <see cref="Entries"/>, or -1.</summary>
    public int IndexOf(string key)
    {
        if (_indexes is not null) return _indexes.GetValueOrDefault(key, -1);
        for (int i = 0; i < _entries.Count; i++)
            if (string.Equals(_entries[i].Key, key, StringComparison.Ordinal)) return i;
        return -1;
    }

    /// <summary>The value of a key; null where the key is absent.</summary>
    public YamlNode? this[string key] => IndexOf(key) is var index and >= 0 ? _entries[index].Value : null;

    /// <summary>Adds an entry, while the document is composed; false where the key is there already.</summary>
    public bool TryAdd(YamlEntry entry)
    {
        if (IndexOf(entry.Key) >= 0) return false;
        _entries.Add(entry);
        Index();
        Weight += entry.Value.Weight + 1;
        Height = Math.Max(Height, entry.Value.Height + 1);
        return true;
    }

    private void Index()
    {
        if (_indexes is not null)
        {
            _indexes.Add(_entries[^1].Key, _entries.Count - 1);
        }
        else if (_entries.Count > MaxEntriesSearchedInOrder)
        {
            _indexes = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < _entries.Count; i++) _indexes.Add(_entries[i].Key, i);
        }
    }
}
