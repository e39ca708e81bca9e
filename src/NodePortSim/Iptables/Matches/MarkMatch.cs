namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m mark [!] --mark value/mask</c>: holds if (mark AND mask) = value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits to look at.</param>
/// <param name="Inverted">Whether the test must fail.</param>
public sealed record MarkMatch(uint Value, uint Mask = uint.MaxValue, bool Inverted = false) : Match;
