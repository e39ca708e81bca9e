namespace NodePortSim.Net;

/// <summary>A clock that stands still until it is advanced.</summary>
/// <remarks>
/// A simulation owns one; timeouts of conntrack entries, retransmissions and rate limits follow it. Starts at 2026-01-01T00:00:00Z unless told
/// otherwise. Timers are not supported: nothing runs in the background of a simulation. Not thread-safe while it is advanced.
/// </remarks>
public sealed class VirtualTimeProvider : TimeProvider
{
    private DateTimeOffset _now;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">Its first instant; null means 2026-01-01T00:00:00Z.</param>
    public VirtualTimeProvider(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>Moves the clock forward.</summary>
    /// <param name="duration">How far; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public void Advance(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        _now += duration;
    }

    /// <summary>Not supported: a simulation runs nothing in the background.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A simulation's clock has no timers.");
}
