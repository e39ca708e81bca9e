namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m connmark [!] --mark value/mask</c>: holds if (the flow's mark AND mask) = value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits to look at.</param>
/// <param name="Inverted">Whether the test must fail.</param>
public sealed record ConnmarkMatch(uint Value, uint Mask = uint.MaxValue, bool Inverted = false) : Match;
