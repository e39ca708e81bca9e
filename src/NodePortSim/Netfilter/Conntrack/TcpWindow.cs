using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The window check of TCP as kernels from 6.0 on do it (spec netfilter-datapath 2.8). Packets carry no SACK blocks, so that "sack" is the acknowledgment number.</summary>
internal static class TcpWindow
{
    /// <summary>How far an acknowledgment may lag behind, at least, in bytes.</summary>
    public const uint MinimumAckWindow = 66000;

    public enum Result : byte
    {
        Accept,

        /// <summary>The packet passes, and nothing is updated.</summary>
        Ignore,

        Invalid,
    }

    /// <summary>The end of a segment: its sequence number plus its length; SYN and FIN count as 1 each.</summary>
    public static uint End(in Packet packet)
    {
        uint end = packet.Sequence + (uint)packet.PayloadLength;
        if ((packet.Flags & TcpFlags.Syn) != 0) end++;
        if ((packet.Flags & TcpFlags.Fin) != 0) end++;
        return end;
    }

    /// <summary>Reads the options of a SYN into its sender's side.</summary>
    public static void ReadOptions(ref TcpSide side, in Packet packet)
    {
        side.Flags &= TcpSideFlags.Liberal;
        side.Offer = packet.WindowScale < 0 || (packet.Flags & TcpFlags.Syn) == 0 ? default : TcpScaleOffer.Of(packet.WindowScale);
    }

    public static Result Check(ref TcpFlow flow, TcpState state, in Packet packet, bool reply, TcpPacketClass packetClass, bool liberal)
    {
        ref TcpSide sender = ref flow.Side(reply);
        ref TcpSide receiver = ref flow.Side(!reply);
        bool syn = (packet.Flags & TcpFlags.Syn) != 0, hasAck = (packet.Flags & TcpFlags.Ack) != 0, rst = (packet.Flags & TcpFlags.Rst) != 0;
        uint sequence = packet.Sequence, ack = packet.Acknowledgment, window = packet.Window;
        uint end = End(packet);

        if (sender.MaxWindow == 0)
        {
            if (syn)
            {
                Open(ref sender, ref receiver, packet, reply, end);
                if (!hasAck) return Result.Accept; // simultaneous open
            }
            else
            {
                PickUp(ref sender, ref receiver, end, window, ack);
            }
        }
        else if (syn && After(end, sender.End) && state is TcpState.SynSent or TcpState.SynRecv)
        {
            Open(ref sender, ref receiver, packet, reply, end);
            if (reply && !hasAck) return Result.Accept;
        }

        if (!hasAck || (rst && ack == 0)) ack = receiver.End;
        if (rst && sequence == 0 && state == TcpState.SynSent) sequence = end = sender.End;

        liberal |= (sender.Flags & TcpSideFlags.Liberal) != 0;
        Result result = Compare(ref sender, receiver, sequence, end, ack);
        if (result != Result.Accept) return liberal ? Result.Accept : result;
        Update(ref sender, ref receiver, syn ? window : window << sender.Offer.Scale, end, ack, hasAck);
        if (packetClass == TcpPacketClass.Ack) CountRetransmission(ref flow, packet, reply, sequence, ack, end);
        return Result.Accept;
    }

    private static void Open(ref TcpSide sender, ref TcpSide receiver, in Packet packet, bool reply, uint end)
    {
        sender.End = sender.MaxEnd = end;
        sender.MaxWindow = Math.Max(packet.Window, 1u);
        ReadOptions(ref sender, packet);

        // Both sides must offer window scaling for either to use it.
        if (!reply || (sender.Offer.IsMade && receiver.Offer.IsMade)) return;
        sender.Offer = sender.Offer.WithoutEffect;
        receiver.Offer = receiver.Offer.WithoutEffect;
    }

    private static void PickUp(ref TcpSide sender, ref TcpSide receiver, uint end, uint window, uint ack)
    {
        sender.End = end;
        sender.MaxWindow = Math.Max(window << sender.Offer.Scale, 1u);
        sender.MaxEnd = end + sender.MaxWindow;
        if (receiver.MaxWindow == 0) receiver.End = receiver.MaxEnd = ack;
        else if (ack == receiver.End + 1) receiver.End++; // an answer to a keep-alive
    }

    /// <summary>The four tests, in the order I, III, II, IV.</summary>
    private static Result Compare(ref TcpSide sender, in TcpSide receiver, uint sequence, uint end, uint ack)
    {
        uint ackWindow = Math.Max(MinimumAckWindow, sender.MaxWindow);
        bool notTooOld = After(end, sender.End - receiver.MaxWindow - 1);
        bool ackNotTooOld = After(ack, receiver.End - ackWindow - 1);
        bool ackNotTooNew = Before(ack, receiver.End + 1);
        if (!Before(sequence, sender.MaxEnd + 1))
        {
            uint overshoot = end - sender.MaxEnd + 1;
            if (receiver.MaxWindow == 0 || !notTooOld || !ackNotTooOld || !ackNotTooNew || overshoot > receiver.MaxWindow) return Result.Invalid;

            // The receiver may take it in spite of its window; without this its acknowledgment would be too new.
            sender.End = end;
            sender.Flags |= TcpSideFlags.DataUnacknowledged;
            return Result.Ignore;
        }

        if (!ackNotTooNew) return Result.Invalid;
        if (receiver.MaxWindow != 0 && !notTooOld) return Result.Ignore;
        return ackNotTooOld ? Result.Accept : Result.Ignore;
    }

    public static void Update(ref TcpSide sender, ref TcpSide receiver, uint window, uint end, uint ack, bool hasAck)
    {
        if (sender.MaxWindow < window) sender.MaxWindow = window;
        if (After(end, sender.End))
        {
            sender.End = end;
            sender.Flags |= TcpSideFlags.DataUnacknowledged;
        }

        if (hasAck && ((sender.Flags & TcpSideFlags.MaxAcknowledgmentSet) == 0 || After(ack, sender.MaxAcknowledgment)))
        {
            sender.MaxAcknowledgment = ack;
            sender.Flags |= TcpSideFlags.MaxAcknowledgmentSet;
        }

        if (receiver.MaxWindow != 0 && After(end, sender.MaxEnd)) receiver.MaxWindow += end - sender.MaxEnd;
        if (After(ack + window, receiver.MaxEnd - 1)) receiver.MaxEnd = ack + window + (window == 0 ? 1u : 0);
        if (ack == receiver.End) receiver.Flags &= ~TcpSideFlags.DataUnacknowledged;
    }

    public static void CountRetransmission(ref TcpFlow flow, in Packet packet, bool reply, uint sequence, uint ack, uint end)
    {
        if (flow.LastWasReply == reply && flow.LastSequence == sequence && flow.LastAcknowledgment == ack && flow.LastEnd == end
            && flow.LastWindow == packet.Window)
        {
            if (flow.Retransmissions < byte.MaxValue) flow.Retransmissions++;
            return;
        }

        flow.LastWasReply = reply;
        flow.LastSequence = sequence;
        flow.LastAcknowledgment = ack;
        flow.LastEnd = end;
        flow.LastWindow = packet.Window;
        flow.Retransmissions = 0;
    }

    public static bool Before(uint a, uint b) => unchecked((int)(a - b)) < 0;

    public static bool After(uint a, uint b) => Before(b, a);
}
