using NodePortSim.Net;
using static NodePortSim.Netfilter.Conntrack.TcpState;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The transition tables of TCP (spec netfilter-datapath 2.5, 2.6), as data.</summary>
internal static class TcpTransitions
{
    /// <summary>The packet passes, and state and timer stay.</summary>
    public const TcpState Ignore = (TcpState)0xFE;

    /// <summary>The packet is INVALID.</summary>
    public const TcpState Invalid = (TcpState)0xFF;

    private const int States = 10;
    private const TcpState Iv = Invalid, Ig = Ignore;
    private const TcpState Ss = SynSent, Sr = SynRecv, Es = Established, Fw = FinWait, Cw = CloseWait;
    private const TcpState La = LastAck, Tw = TimeWait, Cl = Close, S2 = SynSent2;

    // Rows: syn, synack, fin, ack, rst, none; columns: the old state, from NONE to SYN_SENT2; first the original direction, then the reply's.
    private static ReadOnlySpan<TcpState> Table =>
    [
        Ss, Ss, Ig, Ig, Ig, Ig, Ig, Ss, Ss, S2,
        Iv, Iv, Sr, Iv, Iv, Iv, Iv, Iv, Iv, Sr,
        Iv, Iv, Fw, Fw, La, La, La, Tw, Cl, Iv,
        Es, Iv, Es, Es, Cw, Cw, Tw, Tw, Cl, Iv,
        Iv, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl,
        Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv,

        Iv, S2, Iv, Iv, Iv, Iv, Iv, Ss, Iv, S2,
        Iv, Sr, Ig, Ig, Ig, Ig, Ig, Ig, Ig, Sr,
        Iv, Iv, Fw, Fw, La, La, La, Tw, Cl, Iv,
        Iv, Ig, Sr, Es, Cw, Cw, Tw, Tw, Cl, Ig,
        Iv, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl, Cl,
        Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv, Iv,
    ];

    /// <summary>The new state, <see cref="Ignore"/> or <see cref="Invalid"/>.</summary>
    public static TcpState Next(bool reply, TcpPacketClass packetClass, TcpState old) =>
        Table[((reply ? 6 : 0) + (int)packetClass) * States + (int)old];

    /// <summary>The class of a segment; first match of RST, SYN with ACK, SYN, FIN, ACK.</summary>
    public static TcpPacketClass Classify(TcpFlags flags)
    {
        if ((flags & TcpFlags.Rst) != 0) return TcpPacketClass.Rst;
        if ((flags & TcpFlags.Syn) != 0) return (flags & TcpFlags.Ack) != 0 ? TcpPacketClass.SynAck : TcpPacketClass.Syn;
        if ((flags & TcpFlags.Fin) != 0) return TcpPacketClass.Fin;
        return (flags & TcpFlags.Ack) != 0 ? TcpPacketClass.Ack : TcpPacketClass.None;
    }

    /// <summary>Whether the flags may stand together; PSH, ECE and CWR are not looked at.</summary>
    public static bool AreValid(TcpFlags flags) => (flags & ~(TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr)) is
        TcpFlags.Syn or (TcpFlags.Syn | TcpFlags.Urg) or (TcpFlags.Syn | TcpFlags.Ack) or
        TcpFlags.Rst or (TcpFlags.Rst | TcpFlags.Ack) or
        (TcpFlags.Fin | TcpFlags.Ack) or (TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Urg) or
        TcpFlags.Ack or (TcpFlags.Ack | TcpFlags.Urg);
}
