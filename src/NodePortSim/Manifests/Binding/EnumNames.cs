using System.Diagnostics.CodeAnalysis;

namespace NodePortSim.Manifests.Binding;

/// <summary>The names of an enumeration's values in manifests.</summary>
internal sealed class EnumNames<T>
{
    private readonly (string Name, T Value)[] _names;

    public EnumNames(params (string Name, T Value)[] names)
    {
        _names = names;
        Supported = string.Join(", ", names.Select(static n => n.Name).Order(StringComparer.Ordinal).Select(static name => $"\"{name}\""));
    }

    /// <summary>All names, quoted and sorted, as the API server lists them.</summary>
    public string Supported { get; }

    /// <summary>The value of a name, which is compared with its case.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out T value)
    {
        foreach ((string candidate, T candidateValue) in _names)
        {
            if (!string.Equals(candidate, name, StringComparison.Ordinal)) continue;
            value = candidateValue;
            return true;
        }

        value = default;
        return false;
    }
}
