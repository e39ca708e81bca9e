namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The garbage collector: removes expired entries that no look-up passed, and trims a full table (spec netfilter-datapath 2.12).</summary>
/// <remarks>It runs when packets come, a bounded number of slots per packet, and rests between runs as long as the kernel's would.</remarks>
internal sealed class ConntrackCollector
{
    private const int SlotsPerStep = 256;
    private const int ShortestRestSeconds = 1, LongestRestSeconds = 60, LongestCountedSeconds = 300;
    private const int InitialSamples = 100;
    private const int Resting = -1;

    private readonly ConntrackStore _store;
    private readonly long _ticksPerSecond;
    private long _nextRun;
    private Int128 _remaining;
    private int _samples;
    private int _cursor = Resting;
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
    public bool Rests(long now) => _cursor == Resting && now < _nextRun;

    /// <summary>Does a bounded part of a run, if one is due.</summary>
    public void Step(int conntrackMax)
    {
        if (_cursor == Resting)
        {
            if (_store.Now < _nextRun) return;
            _cursor = 0;
            _samples = InitialSamples;
            _remaining = (Int128)InitialSamples * LongestRestSeconds * _ticksPerSecond;
            _trimming = _trimAsked;
            _trimAsked = false;
        }

        int end = Math.Min(_cursor + SlotsPerStep, _store.Used);
        for (; _cursor < end; _cursor += ExpiryBlock.Entries) VisitBlock(_cursor, conntrackMax);
        if (_cursor < _store.Used) return;
        _cursor = Resting;
        var average = (long)(_remaining / _samples);
        _nextRun = _store.Now + Math.Clamp(average, ShortestRestSeconds * _ticksPerSecond, LongestRestSeconds * _ticksPerSecond);
    }

    /// <summary>Removes every expired entry now.</summary>
    public void CollectAll()
    {
        for (int first = 0; first < _store.Used; first += ExpiryBlock.Entries) _store.CollectBlock(first);
    }

    /// <summary>Collects a block and adds up for how long its entries will stay; where all stay for as long as counts, without a look at them.</summary>
    private void VisitBlock(int first, int conntrackMax)
    {
        ref ExpiryBlock block = ref _store.BlockAt(first);
        if (block.Living == 0) return;
        long longest = LongestCountedSeconds * _ticksPerSecond;
        if (!_trimming && block.Earliest - _store.Now >= longest)
        {
            _remaining += (Int128)longest * block.Living;
            _samples += block.Living;
            return;
        }

        long earliest = long.MaxValue, now = _store.Now, shortest = ShortestRestSeconds * _ticksPerSecond, sum = 0;
        int end = Math.Min(first + ExpiryBlock.Entries, _store.Used), samples = 0;
        for (int entry = first; entry < end; entry++)
        {
            ref readonly ConntrackSlot slot = ref _store.Slots[entry];
            if (!ConntrackStore.IsInTable(slot) || MustGo(entry, slot, slot.Expires - now, conntrackMax)) continue;
            earliest = Math.Min(earliest, slot.Expires);
            sum += Math.Clamp(slot.Expires - now, shortest, longest);
            samples++;
        }

        block.Earliest = earliest;
        _remaining += sum;
        _samples += samples;
    }

    /// <summary>Removes an entry that has expired, or that is to leave a full table.</summary>
    private bool MustGo(int entry, in ConntrackSlot slot, long remaining, int conntrackMax)
    {
        if (remaining <= 0)
        {
            _store.Remove(entry);
            return true;
        }

        if (_trimming && _store.Count >= conntrackMax / 100 * 95 && MayTrim(slot))
        {
            _store.Remove(entry);
            _store.Statistics.EarlyDrop++;
            return true;
        }

        return false;
    }

    private static bool MayTrim(in ConntrackSlot slot) =>
        !slot.Has(ConntrackStatus.Assured)
        || (slot.Protocol == Net.Protocol.Tcp
            && (TcpState)slot.State is TcpState.FinWait or TcpState.LastAck or TcpState.TimeWait or TcpState.Close or TcpState.CloseWait);
}
