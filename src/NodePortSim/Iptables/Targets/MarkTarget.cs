namespace NodePortSim.Iptables.Targets;

/// <summary><c>-j MARK --set-xmark value/mask</c>: mark := (mark AND NOT mask) XOR value; goes on with the next rule.</summary>
/// <param name="Value">The bits to toggle after clearing.</param>
/// <param name="Mask">The bits to clear first.</param>
public sealed record MarkTarget(uint Value, uint Mask) : Target
{
    /// <summary><c>--or-mark</c>.</summary>
    /// <param name="bits">The bits to set.</param>
    public static MarkTarget Or(uint bits) => new(bits, bits);

    /// <summary><c>--xor-mark</c>.</summary>
    /// <param name="bits">The bits to toggle.</param>
    public static MarkTarget Xor(uint bits) => new(bits, 0);

    /// <summary><c>--and-mark</c>.</summary>
    /// <param name="bits">The bits to keep.</param>
    public static MarkTarget And(uint bits) => new(0, ~bits);

    /// <summary><c>--set-mark</c>.</summary>
    /// <param name="value">The new mark.</param>
    public static MarkTarget Set(uint value) => new(value, uint.MaxValue);
}
