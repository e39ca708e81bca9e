using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter;

/// <content>Whole nodes at a time: PREROUTING, routing, one hop less, FORWARD, POSTROUTING.</content>
internal sealed partial class NetfilterMachine
{
    /// <summary>How far ahead a bulk call has buckets fetched, and half as far entries; in packets.</summary>
    private const int BucketsAhead = 16, EntriesAhead = 8;

    /// <summary>How many packets took known ways, for which no rule was tried.</summary>
    public long PacketsOfKnownPaths => _paths.Packets;

    /// <summary>Carries a packet that has just arrived through the whole node, if one like it went before.</summary>
    /// <returns>
    /// Whether it did: the packet is translated, has one hop less, and its buffer says where it leaves. Where not, nothing has happened; the
    /// caller runs the hooks, and if they are those of a forwarded packet, later ones like it go the same way.
    /// </returns>
    public bool TryForward(ref SocketBuffer buffer) => _paths.TryForward(ref buffer);

    /// <summary>Forwards a packet that has just arrived. One that is not to be forwarded ends here.</summary>
    public ForwardVerdict Forward(ref SocketBuffer buffer)
    {
        if (_paths.TryForward(ref buffer)) return default;
        ForwardVerdict verdict = RunForwarding(ref buffer);
        if (verdict.Result != ForwardResult.Forwarded) Conntrack.Release(ref buffer);
        return verdict;
    }

    /// <summary>Forwards packets that have just arrived, as <see cref="Forward(ref SocketBuffer)"/> one after another would.</summary>
    /// <remarks>What conntrack will read for the next packets is fetched while one is in hand: with many flows memory is what takes time.</remarks>
    /// <param name="buffers">The packets.</param>
    /// <param name="verdicts">A verdict for each.</param>
    /// <exception cref="ArgumentException">There are fewer verdicts than packets.</exception>
    public void ForwardBatch(Span<SocketBuffer> buffers, Span<ForwardVerdict> verdicts)
    {
        if (verdicts.Length < buffers.Length) throw new ArgumentException("A verdict is needed for each packet.", nameof(verdicts));
        Span<uint> hashes = stackalloc uint[BucketsAhead];
        for (int i = -BucketsAhead; i < buffers.Length; i++)
        {
            int ahead = i + EntriesAhead;
            if (ahead >= 0 && ahead < buffers.Length) Conntrack.PrefetchEntry(hashes[ahead % BucketsAhead]);
            ahead = i + BucketsAhead;
            if (ahead < buffers.Length) hashes[ahead % BucketsAhead] = Conntrack.Prefetch(buffers[ahead].Packet);
            if (i >= 0) verdicts[i] = Forward(ref buffers[i]);
        }
    }

    private ForwardVerdict RunForwarding(ref SocketBuffer buffer)
    {
        var silent = default(SilentTrace);
        HookVerdict verdict = HookVerdict.Accept;
        if (!Run(Hook.Prerouting, ref buffer, ref silent, ref verdict)) return new ForwardVerdict(ForwardResult.Ended, Hook.Prerouting, verdict);
        RouteDecision route = Routing.Lookup(buffer.Packet.Destination);
        if (route.Type != RouteType.Unicast || buffer.Packet.Ttl <= 1 || !Conntrack.Sysctls.Forwarding)
            return new ForwardVerdict(ForwardResult.NotForwarded);

        buffer.Packet.Ttl--;
        buffer.OutInterface = route.OutInterface;
        buffer.NextHop = route.NextHop;
        if (!Run(Hook.Forward, ref buffer, ref silent, ref verdict)) return new ForwardVerdict(ForwardResult.Ended, Hook.Forward, verdict);
        return Run(Hook.Postrouting, ref buffer, ref silent, ref verdict) ? default : new ForwardVerdict(ForwardResult.Ended, Hook.Postrouting, verdict);
    }
}
