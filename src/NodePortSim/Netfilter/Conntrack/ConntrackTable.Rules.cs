using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What rules and traces ask of an entry.</content>
internal sealed partial class ConntrackTable
{
    /// <summary>Which sides the entry translates, as <c>--ctstate</c> tests them: Snat, Dnat, both or None.</summary>
    public ConntrackStates NatStates(int entry) => throw new NotSupportedException();

    /// <summary>The status bits that <c>--ctstatus</c> tests.</summary>
    public ConntrackStatuses StatusesOf(int entry) => throw new NotSupportedException();

    /// <summary>The entry's original tuple.</summary>
    public FlowTuple OriginalOf(int entry) => throw new NotSupportedException();

    /// <summary>The entry's reply tuple.</summary>
    public FlowTuple ReplyOf(int entry) => throw new NotSupportedException();

    /// <summary>The flow's mark: <c>-m connmark</c>.</summary>
    public uint MarkOf(int entry) => throw new NotSupportedException();

    /// <summary>Sets the flow's mark: <c>-j CONNMARK</c>.</summary>
    public void SetMark(int entry, uint mark) => throw new NotSupportedException();

    /// <summary>Whether the entry is in the table.</summary>
    public bool IsConfirmed(int entry) => throw new NotSupportedException();

    /// <summary>The entry as <c>conntrack -L</c> prints it, for traces.</summary>
    public string Describe(int entry) => throw new NotSupportedException();
}
