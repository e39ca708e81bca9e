using NodePortSim.Net;
using static NodePortSim.Netfilter.Conntrack.SctpState;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>SCTP: the state by the type of a packet's first chunk (spec netfilter-datapath 2.10). Verification tags are not modelled.</summary>
internal static class SctpTracker
{
    private const SctpState Iv = (SctpState)0xFF;
    private const SctpState Cl = Closed, Cw = CookieWait, Ce = CookieEchoed, Es = Established;
    private const SctpState Ss = ShutdownSent, Sr = ShutdownRecd, Sa = ShutdownAckSent, Hs = HeartbeatSent;
    private const int States = 9;

    // Rows by chunk: init, init ack, abort, shutdown, shutdown ack, error, cookie echo, cookie ack, shutdown complete, heartbeat, heartbeat ack;
    // columns by the old state, from NONE to HEARTBEAT_SENT; first the original direction, then the reply's.
    private static ReadOnlySpan<SctpState> Table =>
    [
        Cl, Cl, Cw, Ce, Es, Cl, Cl, Sa, Cw,
        Cl, Cl, Cw, Ce, Es, Ss, Sr, Sa, Cl,
        Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl,
        Cl, Cl, Cw, Ce, Ss, Ss, Sr, Sa, Cl,
        Sa, Cl, Cw, Ce, Es, Sa, Sa, Sa, Sa,
        Cl, Cl, Cw, Ce, Es, Ss, Sr, Sa, Cl,
        Cl, Cl, Ce, Ce, Es, Ss, Sr, Sa, Cl,
        Cl, Cl, Cw, Es, Es, Ss, Sr, Sa, Cl,
        Cl, Cl, Cw, Ce, Es, Ss, Sr, Cl, Cl,
        Hs, Cl, Cw, Ce, Es, Ss, Sr, Sa, Hs,
        Cl, Cl, Cw, Ce, Es, Ss, Sr, Sa, Hs,

        Iv, Cl, Cw, Ce, Es, Ss, Sr, Sa, Iv,
        Iv, Cw, Cw, Ce, Es, Ss, Sr, Sa, Iv,
        Iv, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Iv,
        Iv, Cl, Cw, Ce, Sr, Ss, Sr, Sa, Iv,
        Iv, Cl, Cw, Ce, Es, Sa, Sa, Sa, Iv,
        Iv, Cl, Cw, Ce, Es, Ss, Sr, Sa, Iv,
        Iv, Cl, Ce, Ce, Es, Ss, Sr, Sa, Iv,
        Iv, Cl, Cw, Es, Es, Ss, Sr, Sa, Iv,
        Iv, Cl, Cw, Ce, Es, Ss, Sr, Cl, Iv,
        Iv, Cl, Cw, Ce, Es, Ss, Sr, Sa, Hs,
        Iv, Cl, Cw, Ce, Es, Ss, Sr, Sa, Es,
    ];

    public static TrackerVerdict Track(ConntrackStore store, TimeoutTable timeouts, int entry, in Packet packet, bool reply)
    {
        ref ConntrackSlot slot = ref store.Slots[entry];
        var old = (SctpState)slot.State;
        int row = Row((byte)packet.Flags);
        SctpState next = row < 0 ? old : Table[((reply ? 11 : 0) + row) * States + (int)old];
        if (next is Iv or None) return TrackerVerdict.Invalid;
        slot.State = (byte)next;
        if (old != next) slot.Changed = true;
        if (next == Established && !slot.Has(ConntrackStatus.Assured) && reply && old is CookieEchoed or HeartbeatSent)
        {
            slot.Status |= ConntrackStatus.Assured;
            slot.Changed = true;
        }

        store.Refresh(entry, packet, reply, timeouts.Sctp(next));
        return TrackerVerdict.Accept;
    }

    private static int Row(byte chunkType) => chunkType switch
    {
        1 => 0,
        2 => 1,
        6 => 2,
        7 => 3,
        8 => 4,
        9 => 5,
        10 => 6,
        11 => 7,
        14 => 8,
        4 => 9,
        5 => 10,
        _ => -1,
    };
}
