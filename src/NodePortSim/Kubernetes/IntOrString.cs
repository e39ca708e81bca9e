using System.Globalization;

namespace NodePortSim.Kubernetes;

/// <summary>A port by its number or by its name, as <c>targetPort</c> has it.</summary>
public readonly record struct IntOrString
{
    private readonly string? _name;

    /// <summary>A port by its number.</summary>
    /// <param name="number">The number.</param>
    public IntOrString(int number) => Number = number;

    /// <summary>A port by its name.</summary>
    /// <param name="name">The name.</param>
    public IntOrString(string name) => _name = name;

    /// <summary>The number; 0 where there is a name.</summary>
    public int Number { get; }

    /// <summary>The name, or null where there is a number.</summary>
    public string? Name => _name;

    /// <summary>The number or the name.</summary>
    public override string ToString() => _name ?? Number.ToString(CultureInfo.InvariantCulture);
}
