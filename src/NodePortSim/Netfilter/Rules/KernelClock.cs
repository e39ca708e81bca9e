namespace NodePortSim.Netfilter.Rules;

/// <summary>The kernel's coarse clock: jiffies of 4 ms, on the simulation's time.</summary>
/// <remarks>A machine's kernel starts when the machine is made; as in Linux, the count then begins five minutes before 2³².</remarks>
internal sealed class KernelClock
{
    /// <summary>How often a second the clock ticks: <c>CONFIG_HZ</c>.</summary>
    public const int JiffiesPerSecond = 250;

    private const long InitialJiffies = (1L << 32) - 300 * JiffiesPerSecond;

    private readonly TimeProvider _time;
    private readonly long _start;

    public KernelClock(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The time in jiffies.</summary>
    public long Jiffies => InitialJiffies + _time.GetElapsedTime(_start).Ticks / (TimeSpan.TicksPerSecond / JiffiesPerSecond);

    /// <summary>The time since the start in nanoseconds.</summary>
    public long Nanoseconds => _time.GetElapsedTime(_start).Ticks * TimeSpan.NanosecondsPerTick;
}
