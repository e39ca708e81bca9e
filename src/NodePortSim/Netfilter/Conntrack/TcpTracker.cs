using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>TCP: the steps for a segment of an entry, in the kernel's order (spec netfilter-datapath 2.6).</summary>
internal static class TcpTracker
{
    public static TrackerVerdict Track(ConntrackStore store, TimeoutTable timeouts, int entry, in Packet packet, bool reply)
    {
        if (!TcpTransitions.AreValid(packet.Flags)) return TrackerVerdict.Invalid;
        ref ConntrackSlot slot = ref store.Slots[entry];
        ref TcpFlow flow = ref store.Tcp[entry];
        TcpPacketClass packetClass = TcpTransitions.Classify(packet.Flags);
        if (!slot.Has(ConntrackStatus.Confirmed) && !TryBegin(ref flow, packet, packetClass, timeouts)) return TrackerVerdict.Invalid;

        var old = (TcpState)slot.State;
        TcpState next = TcpTransitions.Next(reply, packetClass, old);
        if (next == TcpState.SynSent && old >= TcpState.TimeWait)
        {
            if (((flow.Original.Flags | flow.Reply.Flags) & TcpSideFlags.CloseInit) != 0
                || (flow.LastWasReply == reply && flow.LastClass == TcpPacketClass.Rst))
            {
                store.Remove(entry);
                return TrackerVerdict.Repeat;
            }

            next = TcpTransitions.Ignore;
        }

        bool checkWindow = true;
        switch (next)
        {
            case TcpTransitions.Ignore:
                if (!Resynchronises(flow, packet, packetClass, reply))
                {
                    Note(ref flow, packet, packetClass, reply, old);
                    return TrackerVerdict.Accept;
                }

                TakeNotedSyn(ref flow, reply);
                old = TcpState.SynSent;
                next = TcpState.SynRecv;
                break;
            case TcpTransitions.Invalid:
                return TrackerVerdict.Invalid;
            case TcpState.TimeWait when old == TcpState.LastAck && packetClass == TcpPacketClass.Ack && IsChallengeAck(ref flow, reply):
                return TrackerVerdict.Accept;
            case TcpState.SynSent2:
                flow.LastFlags |= TcpFlowFlags.SimultaneousOpen;
                break;
            case TcpState.SynRecv when reply && packetClass == TcpPacketClass.Ack && (flow.LastFlags & TcpFlowFlags.SimultaneousOpen) != 0:
                next = TcpState.Established;
                break;
            case TcpState.Close when packetClass == TcpPacketClass.Rst:
                switch (TcpReset.Judge(slot, flow, packet, reply, timeouts.TcpIgnoreInvalidRst))
                {
                    case TcpReset.Judgement.Invalid:
                        return TrackerVerdict.Invalid;
                    case TcpReset.Judgement.CloseUnchecked:
                        checkWindow = false;
                        break;
                    case TcpReset.Judgement.Keep:
                        next = old;
                        break;
                    case TcpReset.Judgement.KeepUnchecked:
                        next = old;
                        checkWindow = false;
                        break;
                    case TcpReset.Judgement.Close:
                    default:
                        break;
                }

                break;
            default:
                break;
        }

        if (checkWindow)
        {
            switch (TcpWindow.Check(ref flow, (TcpState)slot.State, packet, reply, packetClass, timeouts.TcpBeLiberal))
            {
                case TcpWindow.Result.Ignore:
                    return TrackerVerdict.Accept;
                case TcpWindow.Result.Invalid:
                    LowerTimeout(store, timeouts, entry, packetClass, reply);
                    return TrackerVerdict.Invalid;
                case TcpWindow.Result.Accept:
                default:
                    break;
            }
        }

        Enter(store, timeouts, entry, packet, packetClass, reply, old, next);
        return TrackerVerdict.Accept;
    }

    /// <summary>The first segment: a SYN, or an ACK in the middle of a connection where loose pick-up is on.</summary>
    private static bool TryBegin(ref TcpFlow flow, in Packet packet, TcpPacketClass packetClass, TimeoutTable timeouts)
    {
        TcpState first = TcpTransitions.Next(reply: false, packetClass, TcpState.None);
        if (first == TcpTransitions.Invalid || (first != TcpState.SynSent && !timeouts.TcpLoose)) return false;
        flow = default;
        flow.LastClass = TcpPacketClass.None;
        ref TcpSide side = ref flow.Original;
        side.End = TcpWindow.End(packet);
        side.MaxWindow = Math.Max(packet.Window, 1u);
        if (first == TcpState.SynSent)
        {
            side.MaxEnd = side.End;
            TcpWindow.ReadOptions(ref side, packet);
            return true;
        }

        // What was agreed on before is unknown: neither side is held to its window.
        side.MaxEnd = side.End + side.MaxWindow;
        flow.Original.Flags = flow.Reply.Flags = TcpSideFlags.Liberal;
        return true;
    }

    /// <summary>Whether this SYN/ACK acknowledges exactly the SYN of the other side that was ignored last.</summary>
    private static bool Resynchronises(in TcpFlow flow, in Packet packet, TcpPacketClass packetClass, bool reply) =>
        packetClass == TcpPacketClass.SynAck && flow.LastClass == TcpPacketClass.Syn && flow.LastWasReply != reply
        && packet.Acknowledgment == flow.LastEnd;

    private static void TakeNotedSyn(ref TcpFlow flow, bool reply)
    {
        ref TcpSide opener = ref flow.Side(flow.LastWasReply);
        opener.End = opener.MaxEnd = flow.LastEnd;
        opener.MaxWindow = Math.Max(flow.LastWindow, 1u);
        opener.Flags = TcpSideFlags.None;
        opener.Offer = flow.LastOffer;
        flow.LastFlags &= ~TcpFlowFlags.ExpectChallengeAck;
        flow.Side(reply) = default;
    }

    private static void Note(ref TcpFlow flow, in Packet packet, TcpPacketClass packetClass, bool reply, TcpState old)
    {
        flow.LastClass = packetClass;
        flow.LastWasReply = reply;
        flow.LastSequence = packet.Sequence;
        flow.LastEnd = TcpWindow.End(packet);
        flow.LastWindow = packet.Window;
        if (packetClass == TcpPacketClass.Syn && !reply)
        {
            TcpSide noted = default;
            TcpWindow.ReadOptions(ref noted, packet);
            flow.LastOffer = noted.Offer;
            flow.LastFlags = old == TcpState.LastAck ? TcpFlowFlags.ExpectChallengeAck : TcpFlowFlags.None;
        }

        if (old == TcpState.SynSent && packetClass == TcpPacketClass.Ack && reply) flow.LastAcknowledgment = packet.Acknowledgment;
    }

    private static bool IsChallengeAck(ref TcpFlow flow, bool reply)
    {
        if (flow.LastWasReply == reply || flow.LastClass != TcpPacketClass.Syn || (flow.LastFlags & TcpFlowFlags.ExpectChallengeAck) == 0) return false;
        flow.LastFlags &= ~TcpFlowFlags.ExpectChallengeAck;
        return true;
    }

    private static void Enter(
        ConntrackStore store, TimeoutTable timeouts, int entry, in Packet packet, TcpPacketClass packetClass, bool reply, TcpState old, TcpState next)
    {
        ref ConntrackSlot slot = ref store.Slots[entry];
        ref TcpFlow flow = ref store.Tcp[entry];
        flow.LastClass = packetClass;
        flow.LastWasReply = reply;
        slot.State = (byte)next;
        if (old != next)
        {
            slot.Changed = true;
            if (next == TcpState.FinWait) flow.Side(reply).Flags |= TcpSideFlags.CloseInit;
        }

        long timeout = TimeoutOf(flow, timeouts, packetClass, next);
        if (!slot.Has(ConntrackStatus.SeenReply))
        {
            if (packetClass == TcpPacketClass.Rst)
            {
                store.Count1(entry, packet, reply);
                store.Remove(entry);
                return;
            }

            // A repeated SYN does not renew the entry (kernels from 5.14 on): a translation that leads nowhere must end some day.
            if (packetClass == TcpPacketClass.Syn && old == TcpState.SynSent) return;
            if (next == TcpState.Established) timeout = Math.Min(timeout, timeouts.TcpUnacknowledged);
        }
        else if (!slot.Has(ConntrackStatus.Assured) && old is TcpState.SynRecv or TcpState.Established && next == TcpState.Established)
        {
            slot.Status |= ConntrackStatus.Assured;
            slot.Changed = true;
        }

        store.Refresh(entry, packet, reply, timeout);
    }

    /// <summary>Chooses the timeout (spec netfilter-datapath 2.7).</summary>
    public static long TimeoutOf(in TcpFlow flow, TimeoutTable timeouts, TcpPacketClass packetClass, TcpState state)
    {
        long timeout = timeouts.Tcp(state);
        if (flow.Retransmissions >= timeouts.TcpMaxRetransPackets && timeout > timeouts.TcpMaxRetrans) return timeouts.TcpMaxRetrans;
        if (packetClass == TcpPacketClass.Rst) return timeouts.Tcp(TcpState.Close);
        bool unacknowledged = ((flow.Original.Flags | flow.Reply.Flags) & TcpSideFlags.DataUnacknowledged) != 0;
        if (unacknowledged && timeout > timeouts.TcpUnacknowledged) return timeouts.TcpUnacknowledged;
        return flow.LastWindow == 0 && timeout > timeouts.TcpMaxRetrans ? timeouts.TcpMaxRetrans : timeout;
    }

    /// <summary>A FIN or RST outside the window, answered by another of the other side, lowers a long timer (kernels from 6.1 on).</summary>
    private static void LowerTimeout(ConntrackStore store, TimeoutTable timeouts, int entry, TcpPacketClass packetClass, bool reply)
    {
        ref ConntrackSlot slot = ref store.Slots[entry];
        if (!slot.Has(ConntrackStatus.Assured) || slot.Has(ConntrackStatus.FixedTimeout) || packetClass is not (TcpPacketClass.Rst or TcpPacketClass.Fin)) return;
        ref TcpFlow flow = ref store.Tcp[entry];
        if (flow.LastWasReply != reply && flow.LastClass is TcpPacketClass.Fin or TcpPacketClass.Rst)
        {
            store.LowerExpiry(entry, store.Now + timeouts.TcpUnacknowledged);
            return;
        }

        flow.LastClass = packetClass;
        flow.LastWasReply = reply;
    }
}
