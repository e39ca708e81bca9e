using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What matches and targets of rules ask of a packet's entry.</content>
internal sealed partial class ConntrackTable
{
    /// <summary>The status bits that <c>--ctstatus</c> tests; their values are the kernel's in both types.</summary>
    public ConntrackStatuses StatusesOf(int entry) => (ConntrackStatuses)((int)_store.Slots[entry].Status & 15);

    /// <summary>The entry's original tuple.</summary>
    public FlowTuple OriginalOf(int entry) => _store.Tuple(entry, reply: false);

    /// <summary>The entry's reply tuple.</summary>
    public FlowTuple ReplyOf(int entry) => _store.Tuple(entry, reply: true);

    /// <summary>The flow's mark: <c>-m connmark</c>.</summary>
    public uint MarkOf(int entry) => _store.MarkOf(entry);

    /// <summary>Sets the flow's mark: <c>-j CONNMARK</c>.</summary>
    public void SetMark(int entry, uint mark) => _store.SetMark(entry, mark);
}
