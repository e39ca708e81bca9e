using NodePortSim.Netfilter.Conntrack.Text;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What tools see and do: listing, deleting, statistics, events.</content>
internal sealed partial class ConntrackTable
{
    /// <summary>The entries in existence, as <c>conntrack -C</c> prints: expired ones count until they are collected.</summary>
    public int Count => _store.Count;

    /// <summary>The counters of <c>conntrack -S</c>.</summary>
    public ConntrackStatistics Statistics => _store.Statistics;

    /// <summary>The events since <see cref="RecordEvents"/>, oldest first; expired entries are collected first, so that their DESTROY is among them.</summary>
    public IReadOnlyList<ConntrackEvent> Events
    {
        get
        {
            if (_store.Events is null) return [];
            CollectExpired();
            return _store.Events.Events;
        }
    }

    /// <summary>Begins to record events anew, the newest <paramref name="capacity"/> of them; 0 stops it.</summary>
    public void RecordEvents(int capacity = 65536) => _store.Events = capacity > 0 ? new ConntrackEventLog(_time, capacity) : null;

    /// <summary>The entries that have not expired, in the order of their creation; losers of a clash are hidden, as from <c>conntrack -L</c>.</summary>
    public IReadOnlyList<ConntrackEntry> List(ConntrackFilter? filter = null)
    {
        _store.SetNow(_time.GetTimestamp());
        List<ConntrackEntry> entries = [];
        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (!_store.IsListed(entry)) continue;
            ConntrackEntry snapshot = Snapshot(entry);
            if (filter is null || filter.Matches(snapshot)) entries.Add(snapshot);
        }

        entries.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        return entries;
    }

    /// <summary>Deletes the entries that satisfy the filter, as <c>conntrack -D</c> does.</summary>
    /// <returns>What was deleted, in the order of creation.</returns>
    public IReadOnlyList<ConntrackEntry> Delete(ConntrackFilter filter) => Delete(filter.Matches);

    /// <summary>Deletes the entries that satisfy a condition.</summary>
    /// <returns>What was deleted, in the order of creation.</returns>
    public IReadOnlyList<ConntrackEntry> Delete(Predicate<ConntrackEntry> matches)
    {
        _store.SetNow(_time.GetTimestamp());
        List<(long Id, int Entry, ConntrackEntry Snapshot)> chosen = [];
        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (!_store.IsListed(entry)) continue;
            ConntrackEntry snapshot = Snapshot(entry);
            if (matches(snapshot)) chosen.Add((snapshot.Id, entry, snapshot));
        }

        chosen.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        foreach ((_, int entry, _) in chosen) _store.Remove(entry, byTool: true);
        return chosen.ConvertAll(static c => c.Snapshot);
    }

    /// <summary>Takes over the entries of a host of the same name and seed, at the same time.</summary>
    public void CopyFrom(ConntrackTable other) => _store.CopyFrom(other._store);

    /// <summary>Empties the table, as <c>conntrack -F</c> does.</summary>
    public void Flush()
    {
        _store.SetNow(_time.GetTimestamp());
        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (_store.IsInTable(entry)) _store.Remove(entry, byTool: true);
        }
    }

    /// <summary>An interface went down: ends every flow that is masqueraded through it (spec netfilter-datapath 3.7).</summary>
    public void DeleteMasqueraded(int outInterface)
    {
        _store.SetNow(_time.GetTimestamp());
        for (int entry = 1; entry < _store.Used; entry++)
        {
            if (_store.IsInTable(entry) && _store.Slots[entry].MasqueradeInterface == outInterface) _store.Remove(entry);
        }
    }

    /// <summary>Removes all expired entries now, instead of when they are passed.</summary>
    public void CollectExpired()
    {
        _store.SetNow(_time.GetTimestamp());
        _collector.CollectAll();
    }

    /// <summary>Says what is wrong between entries and index, or null; for tests.</summary>
    public string? FindInconsistency() => _store.FindInconsistency();

    /// <summary>The snapshot of a packet's entry, confirmed or not.</summary>
    public ConntrackEntry Snapshot(int entry) => ConntrackSnapshot.Of(_store, entry, _time);

    /// <summary>Both tuples and the flags of a packet's entry, in the words of <c>conntrack -L</c>, for traces.</summary>
    public string Describe(int entry) => entry > 0 ? ConntrackText.Flow(Snapshot(entry)) : "no entry";
}
