namespace NodePortSim.Netfilter.Conntrack;

/// <summary>Remembers the newest events of a table. A table that has none spends nothing on events.</summary>
internal sealed class ConntrackEventLog(TimeProvider time, int capacity)
{
    private readonly Queue<ConntrackEvent> _events = new();

    /// <summary>The events that were pushed out by newer ones.</summary>
    public long Lost { get; private set; }

    /// <summary>The remembered events, oldest first.</summary>
    public IReadOnlyList<ConntrackEvent> Events => [.. _events];

    public void Record(ConntrackEventKind kind, ConntrackStore store, int entry)
    {
        if (_events.Count == capacity)
        {
            _events.Dequeue();
            Lost++;
        }

        _events.Enqueue(new ConntrackEvent(time.GetUtcNow(), kind, ConntrackSnapshot.Of(store, entry, time)));
    }
}
