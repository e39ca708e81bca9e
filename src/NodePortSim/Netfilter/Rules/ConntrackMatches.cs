using NodePortSim.Iptables;
using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;

namespace NodePortSim.Netfilter.Rules;

/// <summary>The matches that look at the packet's conntrack entry (spec netfilter-datapath 2.2, 4).</summary>
internal sealed class ConntrackMatches(ConntrackTable conntrack, PathRecorder recorder)
{
    public bool Holds(ConntrackMatch match, in SocketBuffer buffer)
    {
        bool testsState = match.States != ConntrackStates.None;
        if (testsState && (StatesOf(buffer) & match.States) != 0 == match.Inverted) return false;
        if (match.Entry is not { } test) return true;

        // As the kernel has it: of a packet without an entry the state alone decides, and where it isn't asked nothing holds.
        return buffer.Entry <= 0 ? testsState : Holds(test, buffer);
    }

    public static bool Holds(StateMatch match, in SocketBuffer buffer) => (buffer.Info.State() & match.States) != 0 != match.Inverted;

    /// <summary>Without an entry the test fails, inverted or not.</summary>
    public bool Holds(ConnmarkMatch match, in SocketBuffer buffer)
    {
        if (buffer.Entry <= 0) return false;
        uint mark = conntrack.MarkOf(buffer.Entry);
        recorder.AskedForFlowMark(mark);
        return (mark & match.Mask) == match.Value != match.Inverted;
    }

    private ConntrackStates StatesOf(in SocketBuffer buffer)
    {
        ConntrackStates states = buffer.Info.State();
        return buffer.Entry > 0 ? states | conntrack.NatStates(buffer.Entry) : states;
    }

    private bool Holds(ConntrackEntryTest test, in SocketBuffer buffer)
    {
        if (test.Direction is { } direction && direction == ConntrackDirection.Reply != buffer.Info.IsReply()) return false;
        FlowTuple original = conntrack.OriginalOf(buffer.Entry), reply = conntrack.ReplyOf(buffer.Entry);
        return (test.Protocol is not { } protocol || protocol.Protocol == original.Protocol != protocol.Inverted)
            && Holds(test.OriginalSource, original.Source)
            && Holds(test.OriginalDestination, original.Destination)
            && Holds(test.ReplySource, reply.Source)
            && Holds(test.ReplyDestination, reply.Destination)
            && Holds(test.OriginalSourcePort, original.SourcePort)
            && Holds(test.OriginalDestinationPort, original.DestinationPort)
            && Holds(test.ReplySourcePort, reply.SourcePort)
            && Holds(test.ReplyDestinationPort, reply.DestinationPort)
            && (test.Status is not { } status || (conntrack.StatusesOf(buffer.Entry) & status.Statuses) != 0 != status.Inverted);
    }

    private static bool Holds(AddressMatch? test, IpAddr address) => test is null || test.Network.Contains(address) != test.Inverted;

    private static bool Holds(PortTest? test, ushort port) => test is null || test.Ports.Contains(port) != test.Inverted;
}
