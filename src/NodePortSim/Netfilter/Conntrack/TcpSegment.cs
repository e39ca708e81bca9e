using System.Runtime.CompilerServices;
using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>TCP's commonest packet: a segment with ACK, inside both windows, of a connection that stands.</summary>
/// <remarks>
/// What <see cref="TcpTracker"/> does with such a segment and nothing else: neither state nor status change. Every other one is left to it
/// untouched.
/// </remarks>
internal static class TcpSegment
{
    /// <summary>Whether a segment has no other flags than ACK and PSH.</summary>
    public static bool HasFlags(in Packet packet) => (packet.Flags & ~TcpFlags.Psh) == TcpFlags.Ack;

    /// <summary>Tracks a segment with such flags, if it is such a one.</summary>
    /// <returns>Whether it was; where not, nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTrack(ref ConntrackSlot slot, ref TcpFlow flow, TimeoutTable timeouts, in Packet packet, bool reply, out long timeout)
    {
        timeout = 0;
        if (slot.State != (byte)TcpState.Established || !slot.Has(ConntrackStatus.Assured)) return false;
        ref TcpSide sender = ref flow.Side(reply);
        ref TcpSide receiver = ref flow.Side(!reply);
        uint sequence = packet.Sequence, ack = packet.Acknowledgment, end = sequence + (uint)packet.PayloadLength;
        uint ackWindow = Math.Max(TcpWindow.MinimumAckWindow, sender.MaxWindow);
        if (sender.MaxWindow == 0 || receiver.MaxWindow == 0
            || !TcpWindow.Before(sequence, sender.MaxEnd + 1)
            || !TcpWindow.After(end, sender.End - receiver.MaxWindow - 1)
            || !TcpWindow.Before(ack, receiver.End + 1)
            || !TcpWindow.After(ack, receiver.End - ackWindow - 1)) return false;
        TcpWindow.Update(ref sender, ref receiver, (uint)packet.Window << sender.Offer.Scale, end, ack, hasAck: true);
        TcpWindow.CountRetransmission(ref flow, packet, reply, sequence, ack, end);
        flow.LastClass = TcpPacketClass.Ack;
        flow.LastWasReply = reply;
        timeout = TcpTracker.TimeoutOf(flow, timeouts, TcpPacketClass.Ack, TcpState.Established);
        return true;
    }
}
