using System.Runtime.CompilerServices;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Nat;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter.Paths;

/// <summary>Carries packets of answered flows through a node without trying a rule, once one like them has shown what rules and routing do with them.</summary>
/// <remarks>
/// Conntrack is as it is without: windows, timeouts and accounts are kept for every packet. A packet that would change state or status of its
/// entry, whose entry has another status or mark than the one that was recorded, or that comes while entries are being collected, takes the
/// general way; so do all after a change of routes, parameters or rules other than those of nat, until
/// paths are known anew. Not thread-safe.
/// </remarks>
internal sealed class ForwardingPaths(RoutingTable routing, ConntrackTable conntrack)
{
    private readonly ConntrackTable _conntrack = conntrack;
    private readonly ConntrackStore _store = conntrack.Store;
    private int _routingVersion = routing.Version;
    private Sysctls _sysctls = conntrack.Sysctls;

    /// <summary>What is noted of the packet in hand.</summary>
    public PathRecorder Recorder { get; } = new();

    /// <summary>The known paths.</summary>
    public PathTable Table { get; } = new();

    /// <summary>How many packets went known ways.</summary>
    public long Packets { get; private set; }

    /// <summary>Carries a packet that has just arrived through all of the node, if its path is known.</summary>
    /// <returns>Whether it did. Where not, nothing has happened, and what the hooks will do with the packet is recorded.</returns>
    public bool TryForward(ref SocketBuffer buffer)
    {
        if (!MayHavePath(buffer.Packet))
        {
            Recorder.Stop();
            return false;
        }

        if (Carry(ref buffer)) return true;
        if (buffer.Entry > 0 || buffer.Info != ConntrackInfo.None) Recorder.Stop();
        else Recorder.Begin(buffer);
        return false;
    }

    /// <summary>Whether packets like this one may have a path: it is not the first of a connection, nor one of its last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayHavePath(in Packet packet) =>
        packet.Protocol == Protocol.Tcp ? TcpSegment.HasFlags(packet) : packet.Protocol is Protocol.Udp or Protocol.Icmp or Protocol.IcmpV6;

    private bool Carry(ref SocketBuffer buffer)
    {
        if (_routingVersion != routing.Version || !ReferenceEquals(_sysctls, _conntrack.Sysctls))
        {
            Forget();
            return false;
        }

        if (Table.Count == 0 || buffer.Entry > 0 || buffer.Info != ConntrackInfo.None) return false;
        ref Packet packet = ref buffer.Packet;
        if (packet.Ttl <= 1) return false;
        long now = _conntrack.Timestamp;
        if (!_conntrack.CollectorRests(now)) return false;
        ref ConntrackSlot slot = ref _store.Peek(_store.Hash.KeyOf(packet), packet, now, out int link);
        if (link == 0) return false;
        bool reply = (link & 1) != 0;
        int entry = link >> 1;
        ref KnownPath path = ref Table.Find(reply ? slot.ReplyPath : slot.OriginalPath);
        if (Unsafe.IsNullRef(ref path)
            || path.InInterface != buffer.InInterface || path.MarkIn != buffer.Mark || path.Status != slot.Status || slot.Changed
            || (path.ReadsFlowMark && path.FlowMark != _store.MarkOf(entry))
            || !_conntrack.TryAdvance(link, ref slot, packet, now)) return false;

        Table.Count1(ref path, packet.Length);
        Packets++;
        packet.Ttl--;
        if (slot.Has(ConntrackStatus.SourceNat | ConntrackStatus.DestinationNat))
        {
            if (packet.Protocol is Protocol.Tcp or Protocol.Udp && !slot.IsWide(!reply)) PacketTranslation.ApplyBoth(slot, !reply, ref packet);
            else TranslateWide(entry, !reply, ref packet);
        }

        buffer.Entry = entry;
        buffer.Info = reply ? ConntrackInfo.EstablishedReply : ConntrackInfo.Established;
        buffer.Mark = path.MarkOut;
        buffer.OutInterface = path.OutInterface;
        buffer.NextHop = path.IsOnLink ? packet.Destination : path.NextHop;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TranslateWide(int entry, bool other, ref Packet packet) => Translate(ref packet, _store.Tuple(entry, other));

    /// <summary>Both translations at once: the packet becomes the inverse of the other direction's tuple.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Translate(ref Packet packet, in FlowTuple other)
    {
        packet.Source = other.Destination;
        packet.Destination = other.Source;
        if (packet.Protocol is Protocol.Icmp or Protocol.IcmpV6)
        {
            packet.SourcePort = other.SourcePort;
            return;
        }

        packet.SourcePort = other.DestinationPort;
        packet.DestinationPort = other.SourcePort;
    }

    /// <summary>A packet that was recorded has passed POSTROUTING: its flow's next ones may take the same way.</summary>
    public void Learn(in SocketBuffer buffer)
    {
        Recorder.Stop();
        int entry = buffer.Entry;
        if (entry <= 0 || !_store.IsInTable(entry)) return;
        ref ConntrackSlot slot = ref _store.Slots[entry];
        if (slot.Has(ConntrackStatus.NatClash) || (buffer.Packet.Protocol == Protocol.Tcp && slot.State != (byte)TcpState.Established)) return;
        if (Recorder.ReadsFlowMark && Recorder.FlowMark != _store.MarkOf(entry)) return;
        if (!IsAsTranslated(buffer)) return;
        bool isOnLink = buffer.NextHop == buffer.Packet.Destination;
        var path = new KnownPath
        {
            InInterface = Recorder.InInterface,
            MarkIn = Recorder.MarkIn,
            Status = slot.Status,
            FlowMark = Recorder.FlowMark,
            ReadsFlowMark = Recorder.ReadsFlowMark,
            IsOnLink = isOnLink,
            OutInterface = buffer.OutInterface,
            MarkOut = buffer.Mark,
            NextHop = isOnLink ? default : buffer.NextHop,
        };
        ushort number = Table.Intern(path, Recorder.Rules);
        if (buffer.Info.IsReply()) slot.ReplyPath = number;
        else slot.OriginalPath = number;
    }

    /// <summary>Rules, routes or parameters change: no path holds any longer.</summary>
    public void Forget()
    {
        Recorder.Stop();
        Table.Clear();
        if (Table.HasRunOut)
        {
            _store.ForgetPaths();
            Table.BeginAnew();
        }

        _routingVersion = routing.Version;
        _sysctls = _conntrack.Sysctls;
    }

    /// <summary>Whether the packet left as <see cref="Carry"/> would have made it: a machine without nat rules translates nothing, and a bridge counts no hop.</summary>
    private bool IsAsTranslated(in SocketBuffer buffer)
    {
        bool reply = buffer.Info.IsReply();
        FlowTuple arrived = Recorder.Arrived;
        if (!TupleHash.Same(arrived, _store.Tuple(buffer.Entry, reply)) || buffer.Packet.Ttl != Recorder.Ttl - 1) return false;
        Packet expected = buffer.Packet;
        (expected.Source, expected.Destination) = (arrived.Source, arrived.Destination);
        (expected.SourcePort, expected.DestinationPort) = (arrived.SourcePort, arrived.DestinationPort);
        bool isTranslated = _store.Slots[buffer.Entry].Has(ConntrackStatus.SourceNat | ConntrackStatus.DestinationNat);
        if (isTranslated) Translate(ref expected, _store.Tuple(buffer.Entry, !reply));
        return TupleHash.Same(expected.Tuple, buffer.Packet.Tuple);
    }
}
