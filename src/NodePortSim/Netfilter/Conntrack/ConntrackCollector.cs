namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The garbage collector: removes expired entries that no look-up passed, and trims a full table (spec netfilter-datapath 2.12).</summary>
/// <remarks>It runs when packets come, a bounded number of slots per packet, and rests between runs as long as the kernel's would.</remarks>
internal sealed class ConntrackCollector
{
    private const int SlotsPerStep = 256;
    private const int ShortestRestSeconds = 1, LongestRestSeconds = 60, LongestCountedSeconds = 300;
    private const int InitialSamples = 100;

    private readonly ConntrackStore _store;
    private readonly long _ticksPerSecond;
    private long _nextRun;
    private long _average;
    private int _samples;
    private int _cursor;
    private bool _trimAsked, _trimming;

    public ConntrackCollector(ConntrackStore store, long ticksPerSecond, long now)
    {
        _store = store;
        _ticksPerSecond = ticksPerSecond;
        _nextRun = now + LongestRestSeconds * ticksPerSecond;
    }

    /// <summary>The table was full: the next run trims it.</summary>
    public void Trim() => _trimAsked = true;

    /// <summary>Whether <see cref="Step"/> would do nothing at an instant.</summary>
    public bool Rests(long now) => _cursor == 0 && now < _nextRun;

    /// <summary>Does a bounded part of a run, if one is due.</summary>
    public void Step(int conntrackMax)
    {
        if (_cursor == 0)
        {
            if (_store.Now < _nextRun) return;
            _cursor = 1;
            _average = LongestRestSeconds * _ticksPerSecond;
            _samples = InitialSamples;
            _trimming = _trimAsked;
            _trimAsked = false;
        }

        int end = Math.Min(_cursor + SlotsPerStep, _store.Used);
        for (; _cursor < end; _cursor++) Visit(_cursor, conntrackMax);
        if (_cursor < _store.Used) return;
        _cursor = 0;
        _nextRun = _store.Now + Math.Clamp(_average, ShortestRestSeconds * _ticksPerSecond, LongestRestSeconds * _ticksPerSecond);
    }

    /// <summary>Removes every expired entry now.</summary>
    public void CollectAll()
    {
        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (_store.IsInTable(entry) && _store.Slots[entry].Expires <= _store.Now) _store.Remove(entry);
        }
    }

    private void Visit(int entry, int conntrackMax)
    {
        if (!_store.IsInTable(entry)) return;
        ref readonly ConntrackSlot slot = ref _store.Slots[entry];
        long remaining = slot.Expires - _store.Now;
        if (remaining <= 0)
        {
            _store.Remove(entry);
            return;
        }

        if (_trimming && _store.Count >= conntrackMax / 100 * 95 && MayTrim(slot))
        {
            _store.Remove(entry);
            _store.Statistics.EarlyDrop++;
            return;
        }

        _average += (Math.Clamp(remaining, ShortestRestSeconds * _ticksPerSecond, LongestCountedSeconds * _ticksPerSecond) - _average) / ++_samples;
    }

    private static bool MayTrim(in ConntrackSlot slot) =>
        !slot.Has(ConntrackStatus.Assured)
        || (slot.Original.Protocol == Net.Protocol.Tcp
            && (TcpState)slot.State is TcpState.FinWait or TcpState.LastAck or TcpState.TimeWait or TcpState.Close or TcpState.CloseWait);
}
