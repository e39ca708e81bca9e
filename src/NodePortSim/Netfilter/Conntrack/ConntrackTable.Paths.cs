using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <content>What packets of known paths need: their entry found, and moved on, by steps that either do all or change nothing.</content>
internal sealed partial class ConntrackTable
{
    /// <summary>The entries; for code that knows what it does to them.</summary>
    public ConntrackStore Store => _store;

    /// <summary>The instant that a packet would be tracked at, as a timestamp.</summary>
    public long Timestamp => _time.GetTimestamp();

    /// <summary>Whether no entry would be collected for a packet of that instant.</summary>
    public bool CollectorRests(long now) => _collector.Rests(now);

    /// <summary>Tracks a packet of an answered flow where neither the entry's state nor its status change by it.</summary>
    /// <param name="link">The tuple that the packet has.</param>
    /// <param name="slot">Its entry.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="now">The instant, as a timestamp.</param>
    /// <returns>Whether it was such a packet; where not, nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdvance(int link, ref ConntrackSlot slot, in Packet packet, long now)
    {
        int entry = link >> 1;
        bool reply = (link & 1) != 0;
        long timeout;
        if (packet.Protocol == Protocol.Tcp)
        {
            if (!TcpSegment.TryTrack(ref slot, ref _store.Tcp[entry], _timeouts, packet, reply, out timeout)) return false;
        }
        else if (packet.Protocol == Protocol.Udp)
        {
            bool stream = UdpTracker.IsStream(slot, now, _ticksPerSecond);
            if (stream && !slot.Has(ConntrackStatus.Assured)) return false;
            timeout = stream ? _timeouts.UdpStream : _timeouts.Udp;
        }
        else
        {
            timeout = packet.Protocol == Protocol.Icmp ? _timeouts.Icmp : _timeouts.IcmpV6;
        }

        _store.BeginPacket(now);
        _store.Refresh(entry, ref slot, packet, reply, timeout);
        return true;
    }
}
