using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;

namespace NodePortSim.Netfilter.Nat;

/// <summary>The search for a port that makes a flow's reply tuple unique (spec netfilter-datapath 3.4).</summary>
/// <remarks>At most 128 + 64 + 32 + 16 + 8 tries; where all fail the last port stays, and insertion will drop the packet.</remarks>
internal sealed class PortSearch(ConntrackStore store, RandomSource random)
{
    private const int MostTries = 128, LeastTriesForAnotherRound = 16;

    /// <summary>With so few tries left in a round, an entry of a closed connection may be evicted.</summary>
    private const int EvictionTries = 32;

    /// <summary>The translated source port, or the identifier of ICMP, in a reply tuple.</summary>
    public static ushort SourcePort(in FlowTuple reply) => reply.Protocol is Protocol.Icmp or Protocol.IcmpV6 ? reply.SourcePort : reply.DestinationPort;

    /// <summary>Chooses the source port of a flow.</summary>
    /// <param name="entry">The flow.</param>
    /// <param name="reply">Its reply tuple, with the wanted address.</param>
    /// <param name="ports">The ports to choose from; null for the class of the port that it has.</param>
    public FlowTuple Source(int entry, in FlowTuple reply, PortRange? ports)
    {
        if (!reply.Protocol.HasPorts() && reply.Protocol is not (Protocol.Icmp or Protocol.IcmpV6)) return reply;
        PortRange range = ports ?? ClassOf(reply);
        bool inDestination = reply.Protocol.HasPorts();
        ushort port = Search(entry, reply, store.Hash.KeyOf(reply), range, inDestination, NextOffset());
        return inDestination ? reply with { DestinationPort = port } : reply with { SourcePort = port };
    }

    /// <summary>Chooses the source port of an IPv4 flow with ports at random.</summary>
    /// <param name="entry">The flow.</param>
    /// <param name="reply">The key of its reply tuple, with the wanted address.</param>
    /// <param name="ports">The ports to choose from; null for the class of the port that it has.</param>
    public ushort Source(int entry, in TupleKey reply, PortRange? ports) =>
        Search(entry, ConntrackStore.NoTuple, reply, ports ?? ClassOf((ushort)reply.Ports), inDestination: true, NextOffset());

    /// <summary>Chooses the destination port of a flow; without random from the range's start.</summary>
    public FlowTuple Destination(int entry, in FlowTuple reply, PortRange ports, bool isRandom) =>
        reply with { SourcePort = Search(entry, reply, store.Hash.KeyOf(reply), ports, inDestination: false, isRandom ? NextOffset() : (ushort)0) };

    /// <summary>Chooses the destination port of an IPv4 flow, from the range's start.</summary>
    public ushort Destination(int entry, in TupleKey reply, PortRange ports) =>
        Search(entry, ConntrackStore.NoTuple, reply, ports, inDestination: false, offset: 0);

    private static PortRange ClassOf(in FlowTuple reply) => reply.Protocol.HasPorts() ? ClassOf(reply.DestinationPort) : new PortRange(0, 65535);

    private static PortRange ClassOf(ushort port) => port switch
    {
        < 512 => new PortRange(1, 511),
        < 1024 => new PortRange(600, 1023),
        _ => new PortRange(1024, 65535),
    };

    private ushort NextOffset() => (ushort)random.NextUInt32();

    /// <summary>The port; of IPv4 the key says all, so that only tuples with IPv6 addresses are made.</summary>
    private ushort Search(int entry, in FlowTuple reply, in TupleKey key, PortRange ports, bool inDestination, ushort offset)
    {
        int size = ports.Last - ports.First + 1;
        int tries = Math.Min(size, MostTries);
        while (true)
        {
            ushort port = 0;
            for (int i = 0; i < tries; i++, offset++)
            {
                port = (ushort)(ports.First + offset % size);
                TupleKey candidate = store.Hash.WithPorts(
                    key, inDestination ? TupleKey.WithDestination(key.Ports, port) : TupleKey.WithSource(key.Ports, port));
                bool isTaken = key.IsWide
                    ? IsTaken(entry, inDestination ? reply with { DestinationPort = port } : reply with { SourcePort = port }, candidate, tries - i)
                    : IsTaken(entry, reply, candidate, tries - i);
                if (!isTaken) return port;
            }

            if (tries >= size || tries < LeastTriesForAnotherRound) return port;
            tries /= 2;
            offset = NextOffset();
        }
    }

    private bool IsTaken(int entry, in FlowTuple candidate, in TupleKey key, int triesLeft)
    {
        if (triesLeft > EvictionTries || key.Protocol != Protocol.Tcp || (TcpState)store.Slots[entry].State != TcpState.SynSent)
        {
            return store.IsTaken(key, candidate, entry);
        }

        int link = store.Find(key, candidate);
        if (link == 0) return false;
        int other = link >> 1;
        ref readonly ConntrackSlot slot = ref store.Slots[other];
        bool mayEvict = (link & 1) != 0
            && (TcpState)slot.State >= TcpState.TimeWait
            && slot.Has(ConntrackStatus.SourceNat)
            && !slot.Has(ConntrackStatus.FixedTimeout | ConntrackStatus.Dying)
            && TcpWindow.After(store.Tcp[entry].Original.End, store.Tcp[other].Original.End);
        if (mayEvict) store.Remove(other);
        return !mayEvict;
    }
}
