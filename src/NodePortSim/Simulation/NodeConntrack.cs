using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Conntrack.Text;

namespace NodePortSim.Simulation;

/// <summary>A node's connection tracking table, as the <c>conntrack</c> tool shows and changes it. Not thread-safe.</summary>
public sealed class NodeConntrack
{
    private readonly ConntrackTable _table;

    internal NodeConntrack(ConntrackTable table) => _table = table;

    /// <summary>The number of entries, as <c>conntrack -C</c> prints it.</summary>
    public int Count => _table.Count;

    /// <summary>The table's counters, as <c>conntrack -S</c> prints them.</summary>
    public ConntrackStatistics Statistics => _table.Statistics;

    /// <summary>The events since <see cref="RecordEvents"/>, as <c>conntrack -E</c> prints them.</summary>
    public IReadOnlyList<ConntrackEvent> Events => _table.Events;

    /// <summary>The entries, as <c>conntrack -L</c> lists them, in the order of their creation.</summary>
    /// <param name="filter">Which; null for all.</param>
    public IReadOnlyList<ConntrackEntry> List(ConntrackFilter? filter = null) => _table.List(filter);

    /// <summary>The lines that <c>conntrack -L</c> prints.</summary>
    /// <param name="filter">Which entries; null for all.</param>
    /// <param name="format">Further columns.</param>
    public IReadOnlyList<string> Lines(ConntrackFilter? filter = null, ConntrackFormat format = ConntrackFormat.None) =>
        [.. List(filter).Select(entry => ConntrackText.Line(entry, format))];

    /// <summary>Empties the table, as <c>conntrack -F</c> does.</summary>
    public void Flush() => _table.Flush();

    /// <summary>Deletes entries, as <c>conntrack -D</c> does.</summary>
    /// <param name="filter">Which.</param>
    /// <returns>What was deleted.</returns>
    public IReadOnlyList<ConntrackEntry> Delete(ConntrackFilter filter) => _table.Delete(filter);

    /// <summary>Begins to record events; those before are forgotten.</summary>
    /// <param name="capacity">How many are kept at the most, the newest ones; 0 stops the recording.</param>
    public void RecordEvents(int capacity = 65536) => _table.RecordEvents(capacity);
}
