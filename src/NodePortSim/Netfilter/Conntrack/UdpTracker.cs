using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>UDP: two timeouts, the longer one for answered flows older than two seconds (spec netfilter-datapath 2.10).</summary>
internal static class UdpTracker
{
    private const int StreamAfterSeconds = 2;

    /// <summary>Whether a packet of that instant has the longer timeout.</summary>
    public static bool IsStream(in ConntrackSlot slot, long now, long ticksPerSecond) =>
        slot.Has(ConntrackStatus.SeenReply) && now > slot.Created + StreamAfterSeconds * ticksPerSecond;

    public static TrackerVerdict Track(ConntrackStore store, TimeoutTable timeouts, int entry, in Packet packet, bool reply, long ticksPerSecond)
    {
        ref ConntrackSlot slot = ref store.Slots[entry];
        bool stream = IsStream(slot, store.Now, ticksPerSecond);
        store.Refresh(entry, packet, reply, stream ? timeouts.UdpStream : timeouts.Udp);
        if (stream && !slot.Has(ConntrackStatus.NatClash | ConntrackStatus.Assured))
        {
            slot.Status |= ConntrackStatus.Assured;
            slot.Changed = true;
        }

        return TrackerVerdict.Accept;
    }
}
