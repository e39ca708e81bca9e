namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m limit --limit rate --limit-burst n</c>: a token bucket that holds while it has tokens.</summary>
/// <param name="Period">The time in which one token comes, in the kernel's unit of a ten-thousandth of a second: 1 or more.</param>
/// <param name="Burst">The size of the bucket in packets, 1 or more; it is full at first.</param>
public sealed record LimitMatch(uint Period, uint Burst = 5) : Match
{
    /// <summary>The kernel's units of <see cref="Period"/> in a second.</summary>
    public const uint PeriodsPerSecond = 10_000;

    /// <summary>The match of <c>--limit count/unit</c>.</summary>
    /// <param name="count">How many packets, 1 or more.</param>
    /// <param name="seconds">In how many seconds: 1, 60, 3600 or 86400.</param>
    /// <param name="burst">The size of the bucket in packets.</param>
    public static LimitMatch Rate(uint count, uint seconds, uint burst = 5)
    {
        ArgumentOutOfRangeException.ThrowIfZero(count);
        return new LimitMatch(PeriodsPerSecond * seconds / count, burst);
    }
}
