using System.Diagnostics;
using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The connection tracking table of one network namespace.</summary>
/// <remarks>
/// Packets run to completion one after another: a packet's entry number is valid until the next packet begins. Expired entries are ignored at
/// once and removed when a look-up passes them or the collector does (spec netfilter-datapath 2.4, 2.12). Not thread-safe.
/// </remarks>
internal sealed partial class ConntrackTable
{
    private readonly TimeProvider _time;
    private readonly ConntrackStore _store;
    private readonly ConntrackCollector _collector;
    private readonly NatBinder _binder;
    private readonly long _ticksPerSecond;
    private TimeoutTable _timeouts;
    private Sysctls _sysctls;

    public ConntrackTable(Sysctls sysctls, TimeProvider time, RandomSource random)
    {
        _time = time;
        _ticksPerSecond = time.TimestampFrequency;
        _sysctls = sysctls;
        _timeouts = new TimeoutTable(sysctls, _ticksPerSecond);
        _store = new ConntrackStore(new TupleHash(random.Derive("conntrack hash")));
        _collector = new ConntrackCollector(_store, _ticksPerSecond, time.GetTimestamp());
        _binder = new NatBinder(_store, random);
    }

    /// <summary>The parameters in force; replaced as a whole when one changes. Entries keep the timeouts that they have.</summary>
    public Sysctls Sysctls
    {
        get => _sysctls;
        set
        {
            _sysctls = value;
            _timeouts = new TimeoutTable(value, _ticksPerSecond);
        }
    }

    /// <summary>The sysctl, where 0 is no limit but the store's own.</summary>
    private int MaxEntries =>
        _sysctls.ConntrackMax > 0 ? Math.Min(_sysctls.ConntrackMax, ConntrackStore.MaxEntries) : ConntrackStore.MaxEntries;

    /// <summary>PREROUTING and OUTPUT at priority -200: finds or opens the packet's entry, runs the protocol's tracker, sets Entry and Info.</summary>
    /// <remarks>A packet that has an entry already (it came over lo) or that NOTRACK excluded is left alone.</remarks>
    public DropVerdict Track(ref SocketBuffer buffer)
    {
        if (buffer.Entry > 0 || buffer.Info == ConntrackInfo.Untracked) return DropVerdict.Accept;
        _store.BeginPacket(_time.GetTimestamp());
        _collector.Step(MaxEntries);

        ref Packet packet = ref buffer.Packet;
        Protocol protocol = packet.Protocol;
        if (protocol is Protocol.Icmp or Protocol.IcmpV6)
        {
            if (packet.IsIcmpError)
            {
                RelateError(ref buffer);
                return DropVerdict.Accept;
            }

            if (protocol == Protocol.IcmpV6 && packet.IcmpType is (>= 130 and <= 136) or 143)
            {
                // Neighbour discovery and multicast listener messages are no connections.
                buffer.Info = ConntrackInfo.Untracked;
                return DropVerdict.Accept;
            }
        }

        FlowTuple tuple = TupleOf(packet);
        return Resolve(ref buffer, tuple, _store.Hash.KeyOf(tuple));
    }

    /// <summary>Whoever tracks many packets says a few before which: asks for the memory in which the packet's entry will be sought.</summary>
    /// <returns>What <see cref="PrefetchEntry"/> takes, a few packets later.</returns>
    public uint Prefetch(in Packet packet)
    {
        uint hash = _store.Hash.KeyOf(TupleOf(packet)).Hash;
        _store.PrefetchBucket(hash);
        return hash;
    }

    /// <summary>Asks for the memory of the entry itself.</summary>
    public void PrefetchEntry(uint hash) => _store.PrefetchEntry(hash);

    private static FlowTuple TupleOf(in Packet packet)
    {
        Protocol protocol = packet.Protocol;
        bool hasIds = protocol is Protocol.Tcp or Protocol.Udp or Protocol.Sctp or Protocol.Icmp or Protocol.IcmpV6;
        return new FlowTuple(
            packet.Source, packet.Destination, hasIds ? packet.SourcePort : (ushort)0, hasIds ? packet.DestinationPort : (ushort)0, protocol);
    }

    private DropVerdict Resolve(ref SocketBuffer buffer, in FlowTuple tuple, in TupleKey key)
    {
        while (true)
        {
            int link = _store.Find(key, tuple);
            bool reply = (link & 1) != 0;
            int entry = link >> 1;
            if (entry == 0)
            {
                if (!TupleInversion.TryInvert(tuple, out FlowTuple inverse)) return Invalid(ref buffer);
                if (_store.Count >= MaxEntries && !_store.EarlyDrop(key.Hash))
                {
                    _collector.Trim();
                    _store.Statistics.Drop++;
                    return DropVerdict.TableFull;
                }

                entry = _store.Open(tuple, inverse, key, _sysctls.ConntrackAccounting);
            }

            TrackerVerdict verdict = RunTracker(entry, buffer.Packet, reply, tuple);
            if (verdict == TrackerVerdict.Repeat) continue;
            ref ConntrackSlot slot = ref _store.Slots[entry];
            if (verdict == TrackerVerdict.Invalid)
            {
                if (!slot.Has(ConntrackStatus.Confirmed)) _store.Remove(entry);
                return Invalid(ref buffer);
            }

            buffer.Entry = entry;
            if (!reply)
            {
                buffer.Info = slot.Has(ConntrackStatus.SeenReply) ? ConntrackInfo.Established : ConntrackInfo.New;
                return DropVerdict.Accept;
            }

            buffer.Info = ConntrackInfo.EstablishedReply;
            if (!slot.Has(ConntrackStatus.SeenReply))
            {
                slot.Status |= ConntrackStatus.SeenReply;
                slot.Changed = true;
            }

            // The loser of a clash serves one answer (spec netfilter-datapath 2.11).
            if (slot.Has(ConntrackStatus.NatClash)) _store.Remove(entry);
            return DropVerdict.Accept;
        }
    }

    private TrackerVerdict RunTracker(int entry, in Packet packet, bool reply, in FlowTuple tuple)
    {
        switch (packet.Protocol)
        {
            case Protocol.Tcp:
                return TcpTracker.Track(_store, _timeouts, entry, packet, reply);
            case Protocol.Udp:
                return UdpTracker.Track(_store, _timeouts, entry, packet, reply, _ticksPerSecond);
            case Protocol.Sctp:
                return SctpTracker.Track(_store, _timeouts, entry, packet, reply);
            case Protocol.Icmp:
            case Protocol.IcmpV6:
                if (!_store.Slots[entry].Has(ConntrackStatus.Confirmed) && !TupleInversion.MayOpen(tuple)) return TrackerVerdict.Invalid;
                _store.Refresh(entry, packet, reply, packet.Protocol == Protocol.Icmp ? _timeouts.Icmp : _timeouts.IcmpV6);
                return TrackerVerdict.Accept;
            default:
                _store.Refresh(entry, packet, reply, _timeouts.Generic);
                return TrackerVerdict.Accept;
        }
    }

    private DropVerdict Invalid(ref SocketBuffer buffer)
    {
        _store.Statistics.Invalid++;
        buffer.Entry = -1;
        buffer.Info = ConntrackInfo.Invalid;
        return DropVerdict.Accept;
    }

    /// <summary>An ICMP error belongs to the flow of the packet that it quotes; it neither refreshes nor ends it (spec netfilter-datapath 2.10).</summary>
    private void RelateError(ref SocketBuffer buffer)
    {
        // The quoted packet was on its way; what answers it is what the table may know.
        if (TupleInversion.TryInvert(buffer.Packet.Quoted, out FlowTuple answer)
            && Find(answer) is int link and not 0)
        {
            bool reply = (link & 1) != 0;

            // An error that goes elsewhere than the flow's packets do is bogus.
            if (_store.Tuple(link >> 1, reply).Destination == buffer.Packet.Destination)
            {
                buffer.Entry = link >> 1;
                buffer.Info = reply ? ConntrackInfo.RelatedReply : ConntrackInfo.Related;
                return;
            }
        }

        _store.Statistics.Error++;
        buffer.Entry = -1;
        buffer.Info = ConntrackInfo.Invalid;
    }

    /// <summary>A packet ended: gives an unconfirmed entry back, if it is the packet's own and not one that it answers.</summary>
    public void Release(ref SocketBuffer buffer)
    {
        int entry = buffer.Entry;
        buffer.Entry = -1;
        if (entry <= 0) return;
        Debug.Assert(_store.Slots[entry].Serial != 0, "a packet holds the number of an entry that exists");
        if (buffer.Info == ConntrackInfo.New && !_store.Slots[entry].Has(ConntrackStatus.Confirmed)) _store.Remove(entry);
    }
}

/// <summary>Which side of a flow a NAT binding translates.</summary>
internal enum NatSide : byte
{
    /// <summary>The source: SNAT, MASQUERADE.</summary>
    Source,

    /// <summary>The destination: DNAT, REDIRECT.</summary>
    Destination,
}

/// <summary>Whether conntrack lets a packet go on.</summary>
internal enum DropVerdict : byte
{
    /// <summary>It does.</summary>
    Accept,

    /// <summary>The table is full.</summary>
    TableFull,

    /// <summary>The tuple was taken.</summary>
    InsertFailed,

    /// <summary>The masqueraded flow leaves by another interface now.</summary>
    MasqueradeInterfaceChanged,
}
