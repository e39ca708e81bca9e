namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m statistic --mode random --probability p</c>: holds for a fresh random 31-bit number below round(p·2³¹).</summary>
/// <remarks>Spec kube-proxy-iptables 5. Two matches are equal if the kernel's numbers are, whatever text they came from.</remarks>
/// <param name="Probability">The probability as it was written, 0 to 1.</param>
/// <param name="Inverted">Whether the draw must be at or above the limit.</param>
public sealed record StatisticMatch(double Probability, bool Inverted = false) : Match
{
    /// <summary>The number of draws out of 2³¹ that match: 0 to 2147483648.</summary>
    public uint Threshold { get; } = (uint)Math.Round(Probability * 2147483648.0, MidpointRounding.AwayFromZero);

    /// <inheritdoc/>
    public bool Equals(StatisticMatch? other) => other is not null && Threshold == other.Threshold && Inverted == other.Inverted;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Threshold, Inverted);
}
