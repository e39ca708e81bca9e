using NodePortSim.Net;
using NodePortSim.Routing;

namespace NodePortSim.Network;

/// <summary>How many ICMP errors a host may send: to each peer, and to all of them together (findings 30 to 33).</summary>
/// <remarks>
/// Measured with kernel 6.18, datagrams to a rejected port:
/// per peer, IPv4: 6 at once, then one each 1000 ms (icmp_ratelimit); IPv6: 6 at once, then one each 100 ms (icmp.ratelimit), the same for a peer
/// behind a /128 route as behind a /64; none for the host's own addresses.
/// For all together (icmp_msgs_per_sec 1000, icmp_msgs_burst 50, limits per peer off): 46 to 48 at once, then 15 to 22 each 20 ms, for IPv4 and IPv6
/// alike; none for packets that came in over lo, 300 of 300 are answered. A packet that OUTPUT rejects counts over IPv4 (164 of 200 answered), not over
/// IPv6 (200 of 200), where the kernel says that it came by lo.
/// A router without a route (IPv4) takes a second's allowance of its sender first, of five seconds' at the most, and then what any error takes, so that
/// it tells a sender two times in a row; the third took the last second in vain. With icmp_ratelimit 500 it told three times. One packet each 1.05 s:
/// four were told, none of the next four. With icmp_ratelimit 0 the kernel keeps this one limit and tells five times; here 0 ends all limits per peer,
/// as those mean it who set it, the recorded flows among them.
/// Not thread-safe.
/// </remarks>
internal sealed class IcmpRateLimit
{
    /// <summary>A peer that was quiet may be sent this many errors at once.</summary>
    private const int Burst = 6;

    /// <summary>A message costs 0, 1 or 2 credits, so that nobody can count by them what others were sent.</summary>
    private const uint CostBound = 3;

    /// <summary>The kernel's <c>inet_peer_threshold</c>: more peers than this are not remembered, and not limited.</summary>
    private const int MaxPeers = 65536 + 128;

    /// <summary>What a missing route costs a sender before any error is made: the kernel's <c>ip_rt_error_cost</c>.</summary>
    private const long NoRouteCost = TimeSpan.TicksPerSecond;

    /// <summary>What a sender may have saved for missing routes: the kernel's <c>ip_rt_error_burst</c>.</summary>
    private const long NoRouteSavings = 5 * NoRouteCost;

    private const int RedirectNumber = 9;
    private static readonly long RedirectSilence = TimeSpan.FromSeconds(20.48).Ticks;
    private static readonly long RedirectLoad = TimeSpan.FromMilliseconds(20).Ticks;
    private static readonly long Forgotten = TimeSpan.FromSeconds(60).Ticks;
    private static readonly long RefillInterval = TimeSpan.FromMilliseconds(20).Ticks;

    private readonly Host _host;
    private readonly RandomSource _random;
    private readonly Dictionary<IpAddr, Peer> _peers = [];
    private long _credit;
    private long _lastRefill;

    public IcmpRateLimit(Host host, RandomSource random)
    {
        _host = host;
        _random = random;
        _credit = host.Sysctls.IcmpMessagesBurst;
        _lastRefill = host.Fabric.Time.GetTimestamp();
    }

    /// <summary>Whether an error may be sent; if so, it is counted.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="inInterface">The interface that the packet in question came in by; 0 for one of the host's own.</param>
    public bool Allows(IpAddr peer, int inInterface)
    {
        bool countsForAll = inInterface > 1 || (inInterface == 0 && peer.IsIPv4);
        if (countsForAll && !HasCredit()) return false;
        if (!PeerAllows(peer)) return false;
        if (countsForAll) _credit -= _random.NextBelow(CostBound);
        return true;
    }

    /// <summary>Whether a router tells a sender that it has no route; if so, <see cref="Allows"/> is asked next.</summary>
    /// <remarks>IPv6 knows no such limit, and the gateway outside the cluster stands for a router of any make, which need not have this one of Linux.</remarks>
    public bool AllowsNoRoute(IpAddr sender)
    {
        if (!sender.IsIPv4 || _host.Sysctls.IcmpRateLimit <= 0 || _host.Role == HostRole.Gateway) return true;
        long now = _host.Fabric.Time.GetTimestamp();
        return PeerOf(sender, now)?.TryTakeForNoRoute(now) ?? true;
    }

    /// <summary>Forwarding a packet out of the interface that it came in by takes of its sender's allowance, as the kernel's redirects do (finding 33).</summary>
    /// <remarks>IPv6 does not do so: of datagrams that FORWARD rejected on such a way the first six were answered, then one each 100 ms.</remarks>
    public void ConsumeRedirect(IpAddr sender)
    {
        if (!sender.IsIPv4 || !_host.Sysctls.SendRedirects) return;
        RouteDecision back = _host.Routing.Lookup(sender);
        if (back.Type != RouteType.Unicast || back.NextHop != sender) return;
        long now = _host.Fabric.Time.GetTimestamp();
        if (PeerOf(sender, now) is not { } peer) return;
        if (now > peer.Last + RedirectSilence) peer.Redirects = 0;
        if (peer.Redirects >= RedirectNumber || (peer.Redirects != 0 && now <= peer.Last + (RedirectLoad << peer.Redirects)))
        {
            if (peer.Redirects >= RedirectNumber) peer.Last = now;
            return;
        }

        peer.Last = now;
        peer.Redirects++;
    }

    private bool PeerAllows(IpAddr address)
    {
        int milliseconds = address.IsIPv4 ? _host.Sysctls.IcmpRateLimit : _host.Sysctls.IcmpV6RateLimit;
        if (milliseconds <= 0 || _host.Routing.IsLocal(address)) return true;
        long now = _host.Fabric.Time.GetTimestamp();
        return PeerOf(address, now)?.TryTake(now, TimeSpan.FromMilliseconds(milliseconds).Ticks) ?? true;
    }

    /// <summary>Credit is given when there is none left, 20 ms after the last time at the earliest, for a second at the most.</summary>
    private bool HasCredit()
    {
        if (_credit > 0) return true;
        long now = _host.Fabric.Time.GetTimestamp();
        long elapsed = Math.Min(now - _lastRefill, TimeSpan.TicksPerSecond);
        if (elapsed < RefillInterval) return false;
        long earned = _host.Sysctls.IcmpMessagesPerSecond * elapsed / TimeSpan.TicksPerSecond;
        if (earned == 0) return false;
        _credit = Math.Min(_credit + earned, _host.Sysctls.IcmpMessagesBurst);
        _lastRefill = now;
        return true;
    }

    private Peer? PeerOf(IpAddr address, long now)
    {
        if (_peers.TryGetValue(address, out Peer? peer)) return peer;
        if (_peers.Count >= MaxPeers) Forget(now);
        if (_peers.Count >= MaxPeers) return null;
        peer = new Peer { Last = now - Forgotten };
        _peers.Add(address, peer);
        return peer;
    }

    /// <summary>A peer that was quiet for a minute is again as one that was never met.</summary>
    private void Forget(long now)
    {
        foreach ((IpAddr address, Peer peer) in _peers)
            if (now - peer.Last >= Forgotten) _peers.Remove(address);
    }

    /// <summary>What the kernel remembers of a peer: <c>struct inet_peer</c>.</summary>
    private sealed class Peer
    {
        public long Tokens { get; set; }

        public long Last { get; set; }

        public int Redirects { get; set; }

        /// <summary>The kernel's token bucket: time fills it, a message costs the limit's time, six messages' worth is kept once time has passed.</summary>
        public bool TryTake(long now, long cost)
        {
            if (now != Last) Tokens = Math.Min(Tokens + (now - Last), Burst * cost);
            return Take(now, cost);
        }

        /// <summary>The same bucket, with a cost and savings of its own.</summary>
        public bool TryTakeForNoRoute(long now)
        {
            Tokens = Math.Min(Tokens + (now - Last), NoRouteSavings);
            return Take(now, NoRouteCost);
        }

        private bool Take(long now, long cost)
        {
            Last = now;
            if (Tokens < cost) return false;
            Tokens -= cost;
            return true;
        }
    }
}
