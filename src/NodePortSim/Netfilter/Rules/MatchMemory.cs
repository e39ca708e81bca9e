using NodePortSim.Iptables.Matches;

namespace NodePortSim.Netfilter.Rules;

/// <summary>What a match of one rule in one machine remembers from packet to packet. It begins anew when the rule is loaded anew.</summary>
internal sealed class MatchMemory
{
    private const long NanosecondsPerPeriod = 1_000_000_000 / LimitMatch.PeriodsPerSecond;

    private uint _packets;
    private long _tokens = -1, _lastNanoseconds;

    /// <summary><c>--mode nth</c>: counts the packets that reach the match in rounds.</summary>
    public bool Holds(NthMatch match)
    {
        bool isTurn = _packets == match.Packet;
        _packets = _packets + 1 >= match.Every ? 0 : _packets + 1;
        return isTurn != match.Inverted;
    }

    /// <summary><c>-m limit</c>: a token bucket, full at first; tokens are counted in the nanoseconds that they take to come.</summary>
    /// <param name="match">Rate and burst.</param>
    /// <param name="now">The time in nanoseconds.</param>
    public bool Holds(LimitMatch match, long now)
    {
        long cost = match.Period * NanosecondsPerPeriod;
        long full = cost * match.Burst;
        _tokens = _tokens < 0 ? full : Math.Min(full, _tokens + (now - _lastNanoseconds));
        _lastNanoseconds = now;
        if (_tokens < cost) return false;
        _tokens -= cost;
        return true;
    }
}
