using NodePortSim.Net;
using NodePortSim.Network.Sockets;

namespace NodePortSim.Network;

/// <summary>Remembers, of the one exchange that is under way, what its outcome will have to say: where a packet ended, and which nodes it met.</summary>
internal sealed class FlowWatch
{
    /// <summary>The exchange that is watched; 0 for none.</summary>
    public uint Flow { get; private set; }

    /// <summary>The last end of a packet of the exchange.</summary>
    public PacketEnd End { get; private set; }

    /// <summary>The host on which it ended.</summary>
    public Host? EndHost { get; private set; }

    /// <summary>The packet as it ended.</summary>
    public Packet EndPacket { get; private set; }

    /// <summary>The host and the listener that took the exchange's first packet; null where none did.</summary>
    public Host? BackendHost { get; private set; }

    /// <summary>The listener that took the first packet.</summary>
    public Listener? Backend { get; private set; }

    /// <summary>The flow as the backend sends it: its own end is the source, the peer that it sees the destination.</summary>
    public FlowTuple BackendTuple { get; private set; }

    /// <summary>The host whose closed port the exchange met; null where none did.</summary>
    public Host? ClosedHost { get; private set; }

    /// <summary>Whether the client's socket overlooked an ICMP error because connect() still held it.</summary>
    public bool ErrorOverlooked { get; private set; }

    /// <summary>Whether a host sent an ICMP error or a RST about a packet of the exchange that it ended.</summary>
    public bool IsTold { get; private set; }

    /// <summary>Whether a limit kept a host from sending an ICMP error about a packet of the exchange.</summary>
    public bool IsWithheld { get; private set; }

    /// <summary>The first node that the exchange met.</summary>
    public Host? IngressNode { get; private set; }

    public void Begin(uint flow)
    {
        Flow = flow;
        End = default;
        EndHost = null;
        IngressNode = null;
        BackendHost = null;
        Backend = null;
        BackendTuple = default;
        ClosedHost = null;
        ErrorOverlooked = false;
        IsTold = false;
        IsWithheld = false;
    }

    public void Ended(Host host, uint flow, in PacketEnd end, in Packet packet)
    {
        if (flow != Flow) return;
        End = end;
        EndHost = host;
        EndPacket = packet;
    }

    public void Served(Host host, Listener listener, uint flow, in FlowTuple tuple)
    {
        if (flow != Flow) return;
        BackendHost = host;
        Backend = listener;
        BackendTuple = tuple;
    }

    public void Closed(Host host, uint flow, in Packet packet)
    {
        if (flow != Flow) return;
        ClosedHost = host;
        EndPacket = packet;
    }

    public void Told(uint flow) => IsTold |= flow == Flow;

    public void Withheld(uint flow) => IsWithheld |= flow == Flow;

    public void Overlooked(uint flow) => ErrorOverlooked |= flow == Flow;

    public void Met(Host host, uint flow)
    {
        if (flow == Flow && host.IsNode) IngressNode ??= host;
    }
}
