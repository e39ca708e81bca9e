using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What a RST does to an entry: step 6 of spec netfilter-datapath 2.6.</summary>
internal static class TcpReset
{
    public enum Judgement : byte
    {
        /// <summary>The entry closes, if the window check agrees.</summary>
        Close,

        /// <summary>The entry closes without a window check.</summary>
        CloseUnchecked,

        /// <summary>The state stays: the RST may provoke a challenge ACK.</summary>
        Keep,

        /// <summary>The state stays, without a window check.</summary>
        KeepUnchecked,

        Invalid,
    }

    public static Judgement Judge(in ConntrackSlot slot, TcpFlow flow, in Packet packet, bool reply, bool ignoreInvalid)
    {
        // A closing entry may stand for a port that is in use again: nothing that it remembers can be held against the RST.
        if ((TcpState)slot.State is TcpState.FinWait or TcpState.CloseWait or TcpState.LastAck or TcpState.TimeWait or TcpState.Close)
        {
            return Judgement.CloseUnchecked;
        }

        bool keep = false;
        ref TcpSide peer = ref flow.Side(!reply);
        if ((peer.Flags & TcpSideFlags.MaxAcknowledgmentSet) != 0 && flow.LastClass != TcpPacketClass.Syn)
        {
            uint sequence = packet.Sequence;
            bool established = (TcpState)slot.State == TcpState.Established && slot.Has(ConntrackStatus.Assured);
            if (sequence == 0 && !established) return Judgement.Close;
            if (TcpWindow.Before(sequence, peer.MaxAcknowledgment) && !ignoreInvalid) return Judgement.Invalid;
            if (!established || sequence == peer.MaxAcknowledgment) return Judgement.Close;

            // A RST that follows its side's last segment exactly belongs to it.
            if (flow.LastClass == TcpPacketClass.Ack && flow.LastWasReply == reply && sequence == flow.LastEnd) return Judgement.Close;
            keep = true;
        }

        bool answersIgnored = (slot.Has(ConntrackStatus.SeenReply) && flow.LastClass == TcpPacketClass.Syn)
            || (!slot.Has(ConntrackStatus.Assured) && flow.LastClass == TcpPacketClass.Ack);
        if (answersIgnored && packet.Acknowledgment == flow.LastEnd) return keep ? Judgement.KeepUnchecked : Judgement.CloseUnchecked;
        return keep ? Judgement.Keep : Judgement.Close;
    }
}
