using NodePortSim.Iptables.Targets;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter;

/// <summary>What happens inside a hook, in the order of priorities (spec netfilter-datapath 1.1).</summary>
/// <remarks>
/// <code>
///              PREROUTING  INPUT     FORWARD   OUTPUT    POSTROUTING
///   -300       raw                             raw
///   -200       conntrack                       conntrack
///   -150       mangle      mangle    mangle    mangle    mangle
///   -100       nat (dst)                       nat (dst)
///      0                   filter    filter    filter
///     50                   security  security  security
///    100                   nat (src)                     nat (src)
///    max                   confirm                       confirm
/// </code>
/// Where a table is absent its step is; the built-in chains that a hook does not have are absent too.
/// </remarks>
internal sealed class HookSequence(RoutingTable routing, ConntrackTable conntrack, RuleInterpreter interpreter, RuleProgram program, PathRecorder recorder)
{
    /// <summary>Runs a hook on a packet; one that ends here gives its unconfirmed entry back (spec netfilter-datapath 2.4).</summary>
    /// <remarks>A rejected packet keeps its entry for the answer to it; who sends that releases the packet (spec netfilter-datapath 3.8).</remarks>
    /// <param name="hook">The hook.</param>
    /// <param name="family">The rules of the packet's family.</param>
    /// <param name="buffer">The packet.</param>
    /// <param name="trace">Is told every step.</param>
    /// <param name="verdict">The hook's verdict: the caller gives it as <see cref="HookVerdict.Accept"/>, and only a packet that ends here changes it.</param>
    /// <returns>Whether the packet goes on.</returns>
    public bool Run<TTrace>(Hook hook, FamilyRules family, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        if (TTrace.Listens) trace.HookEntered(hook, buffer);
        bool goesOn = Steps(hook, family, ref buffer, ref trace, ref verdict);
        if (!goesOn) End(verdict, ref buffer);
        if (TTrace.Listens) trace.HookLeft(hook, verdict, buffer);
        return goesOn;
    }

    /// <summary>The RST of a REJECT belongs to the entry of the packet that it answers, and closes it.</summary>
    private void End(in HookVerdict verdict, ref SocketBuffer buffer)
    {
        if (verdict.Result == HookResult.Drop) conntrack.Release(ref buffer);
        else if (verdict.RejectWith == RejectWith.TcpReset && conntrack.IsConfirmed(buffer.Entry)) conntrack.CloseByReset(buffer.Entry);
    }

    private bool Steps<TTrace>(Hook hook, FamilyRules family, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        ref readonly HookChains chains = ref family.ChainsOf(hook);
        bool isFirst = hook is Hook.Prerouting or Hook.Output;
        bool isLast = hook is Hook.Input or Hook.Postrouting;
        return
            (chains.Raw is null || Walk(hook, chains.Raw, ref buffer, ref trace, ref verdict))
            && (!isFirst || !family.NeedsConntrack || Track(hook, ref buffer, ref trace, ref verdict))
            && (chains.Mangle is null || Mangle(hook, chains.Mangle, ref buffer, ref trace, ref verdict))
            && (!isFirst || chains.Nat is null || Nat(hook, NatSide.Destination, chains.Nat, ref buffer, ref trace, ref verdict))
            && (chains.Filter is null || Walk(hook, chains.Filter, ref buffer, ref trace, ref verdict))
            && (chains.Security is null || Walk(hook, chains.Security, ref buffer, ref trace, ref verdict))
            && (!isLast || chains.Nat is null || Nat(hook, NatSide.Source, chains.Nat, ref buffer, ref trace, ref verdict))
            && (!isLast || buffer.Entry <= 0 || Confirm(hook, ref buffer, ref trace, ref verdict));
    }

    /// <summary>A trace wants every rule that the kernel would try; without one only those that may match are tried.</summary>
    private bool Walk<TTrace>(Hook hook, LoadedChain chain, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        if (!TTrace.Listens) return program.Run(hook, chain, ref buffer, ref verdict);
        HookVerdict decided = interpreter.Run(hook, chain, ref buffer, ref trace);
        if (decided.Result == HookResult.Accept) return true;
        verdict = decided;
        return false;
    }

    /// <summary>A packet that comes back over lo keeps its entry and is not looked up again (spec netfilter-datapath 1.2).</summary>
    private bool Track<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        if (buffer.Entry > 0 || buffer.Info == ConntrackInfo.Untracked) return true;
        if (!Allows(conntrack.Track(ref buffer), ref verdict)) return false;
        if (!TTrace.Listens) recorder.Tracked(buffer);
        if (TTrace.Listens) trace.ConntrackLookedUp(hook, buffer, buffer.Entry > 0 ? conntrack.Describe(buffer.Entry) : "");
        return true;
    }

    private bool Mangle<TTrace>(Hook hook, LoadedChain chain, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        uint mark = buffer.Mark;
        if (!Walk(hook, chain, ref buffer, ref trace, ref verdict)) return false;
        return hook != Hook.Output || mark == buffer.Mark || Reroute(ref buffer, ref verdict);
    }

    /// <summary>Spec netfilter-datapath 1.3: rules bind a side of the flow's first packet; the entry translates every packet.</summary>
    private bool Nat<TTrace>(Hook hook, NatSide side, LoadedChain chain, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        if (buffer.Entry <= 0) return true;

        // Where the rejected packet had not met this side's rules, the RST that answers it does (spec netfilter-datapath 3.8).
        if (conntrack.NeedsBinding(buffer, side))
        {
            if (!Walk(hook, chain, ref buffer, ref trace, ref verdict)) return false;
            if (!conntrack.HasBinding(buffer.Entry, side)) conntrack.BindNull(ref buffer, side);
        }

        Packet before = TTrace.Listens ? buffer.Packet : default;
        IpAddr destination = buffer.Packet.Destination;
        if (!Allows(conntrack.Translate(hook, ref buffer), ref verdict)) return false;
        if (TTrace.Listens && before != buffer.Packet) trace.Rewritten(hook, before, buffer.Packet, NameOf(side, buffer.Info));
        return hook != Hook.Output || destination == buffer.Packet.Destination || Reroute(ref buffer, ref verdict);
    }

    private bool Confirm<TTrace>(Hook hook, ref SocketBuffer buffer, ref TTrace trace, ref HookVerdict verdict)
        where TTrace : struct, ITraceSink
    {
        bool isNew = TTrace.Listens && !conntrack.IsConfirmed(buffer.Entry);
        if (!Allows(conntrack.Confirm(ref buffer), ref verdict)) return false;
        if (TTrace.Listens && isNew && buffer.Entry > 0) trace.ConntrackConfirmed(hook, conntrack.Describe(buffer.Entry));
        return true;
    }

    /// <summary>Routes a packet of this namespace's own again (spec netfilter-datapath 1.5, 5; finding 16).</summary>
    private bool Reroute(ref SocketBuffer buffer, ref HookVerdict verdict)
    {
        RouteDecision route = routing.Lookup(buffer.Packet.Destination);
        bool isRefused = route.Type == RouteType.Unreachable || route.Type == RouteType.Unicast && IsConfinedToLoopback(buffer.Packet.Source);
        if (isRefused)
        {
            verdict = HookVerdict.Drop(DropCause.RerouteFailed);
            return false;
        }

        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        return true;
    }

    /// <summary>Whether packets from the address cannot leave by a real interface; no parameter opens it for ::1 (finding 21).</summary>
    private bool IsConfinedToLoopback(IpAddr source) => source.IsLoopback && !(source.IsIPv4 && conntrack.Sysctls.RouteLocalnet);

    private static bool Allows(DropVerdict conntrackSays, ref HookVerdict verdict)
    {
        if (conntrackSays == DropVerdict.Accept) return true;
        verdict = HookVerdict.Drop(conntrackSays switch
        {
            DropVerdict.TableFull => DropCause.ConntrackTableFull,
            DropVerdict.InsertFailed => DropCause.ConntrackInsertFailed,
            _ => DropCause.MasqueradeInterfaceChanged,
        });
        return false;
    }

    /// <summary>What a translation is called: of a reply, the undoing of the flow's own.</summary>
    private static string NameOf(NatSide side, ConntrackInfo info) => (side, info.IsReply()) switch
    {
        (NatSide.Destination, false) => "DNAT",
        (NatSide.Source, false) => "SNAT",
        (NatSide.Destination, true) => "un-SNAT",
        _ => "un-DNAT",
    };
}
