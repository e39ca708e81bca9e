using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Netfilter;

/// <summary>A packet inside one network namespace, with what the kernel's <c>sk_buff</c> remembers beside it.</summary>
/// <remarks>Passed by reference through the hooks, and rewritten in place. It leaves the namespace as a bare <see cref="Net.Packet"/>.</remarks>
internal struct SocketBuffer
{
    /// <summary>The packet.</summary>
    public Packet Packet;

    /// <summary>The packet's mark; lives only inside the namespace.</summary>
    public uint Mark;

    /// <summary>The index of the interface that the packet came in by; 0 for a packet of this namespace's own.</summary>
    public int InInterface;

    /// <summary>The index of the interface that the packet leaves by; 0 until it is routed.</summary>
    public int OutInterface;

    /// <summary>The next hop of the packet's route.</summary>
    public IpAddr NextHop;

    /// <summary>The conntrack entry, as <see cref="Conntrack.ConntrackTable"/> numbers it; -1 for none.</summary>
    public int Entry;

    /// <summary>How the packet relates to its entry.</summary>
    public ConntrackInfo Info;

    /// <summary>The exchange that the packet belongs to, as the simulation numbers it; rules and conntrack do not look at it.</summary>
    public uint Flow;

    /// <summary>Makes the buffer of a packet that enters a namespace.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="inInterface">The index of the interface that it came in by; 0 for a packet of the namespace's own.</param>
    public SocketBuffer(in Packet packet, int inInterface)
    {
        Packet = packet;
        InInterface = inInterface;
        Entry = -1;
    }

    /// <summary>Makes this the buffer of a packet that enters a namespace, in place: a new value that is assigned would copy the packet twice.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="inInterface">The index of the interface that it came in by; 0 for a packet of the namespace's own.</param>
    public void Begin(in Packet packet, int inInterface)
    {
        Packet = packet;
        Mark = 0;
        InInterface = inInterface;
        OutInterface = 0;
        NextHop = default;
        Entry = -1;
        Info = ConntrackInfo.None;
        Flow = 0;
    }
}

/// <summary>How a packet relates to conntrack (spec netfilter-datapath 2.2).</summary>
internal enum ConntrackInfo : byte
{
    /// <summary>Conntrack has not looked at the packet yet.</summary>
    None,

    /// <summary>Original direction, before any reply; the entry may be unconfirmed.</summary>
    New,

    /// <summary>Original direction, after a reply.</summary>
    Established,

    /// <summary>Reply direction.</summary>
    EstablishedReply,

    /// <summary>An ICMP error about a packet of the original direction, so that itself it travels with the replies.</summary>
    RelatedReply,

    /// <summary>An ICMP error about a packet of the reply direction, so that itself it travels in the original direction.</summary>
    Related,

    /// <summary>Conntrack refused the packet: it goes on without an entry.</summary>
    Invalid,

    /// <summary>NOTRACK: conntrack was told to leave the packet alone.</summary>
    Untracked,
}

internal static class ConntrackInfos
{
    /// <summary>Whether the packet travels in its entry's reply direction.</summary>
    public static bool IsReply(this ConntrackInfo info) => info is ConntrackInfo.EstablishedReply or ConntrackInfo.RelatedReply;

    /// <summary>The state that <c>--ctstate</c> tests.</summary>
    public static ConntrackStates State(this ConntrackInfo info) => info switch
    {
        ConntrackInfo.New => ConntrackStates.New,
        ConntrackInfo.Established or ConntrackInfo.EstablishedReply => ConntrackStates.Established,
        ConntrackInfo.Related or ConntrackInfo.RelatedReply => ConntrackStates.Related,
        ConntrackInfo.Untracked => ConntrackStates.Untracked,
        _ => ConntrackStates.Invalid,
    };
}
