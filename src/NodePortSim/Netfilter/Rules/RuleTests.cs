using NodePortSim.Iptables.Matches;
using NodePortSim.Net;
using NodePortSim.Netfilter.Conntrack;
using NodePortSim.Netfilter.Paths;
using NodePortSim.Netfilter.Tracing;
using NodePortSim.Routing;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Tests packets against rules: the header fields first, then the matches from left to right until one fails (spec netfilter-datapath 1.4, 4).</summary>
internal sealed class RuleTests(RoutingTable routing, ConntrackTable conntrack, RandomSource random, KernelClock clock, PathRecorder recorder)
{
    /// <summary>What a test returns where everything held.</summary>
    public const int AllHeld = -1;

    /// <summary>The number of the first match; those below are header fields.</summary>
    public const int FirstMatch = 5;

    private const uint RandomMask = 0x7FFF_FFFF;

    private readonly ConntrackMatches _conntrackMatches = new(conntrack, recorder);

    /// <summary>What decides instead of chance; null for chance.</summary>
    public IDrawSource? Draws { get; set; }

    /// <summary>Tests a packet against a rule.</summary>
    /// <returns><see cref="AllHeld"/>, or the number of the test that failed: see <see cref="FailedTest"/>.</returns>
    public int Test<TTrace>(LoadedChain chain, int ruleIndex, in PreparedRule rule, ref SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        if (rule.Tests != HeaderTests.None && TestHeader(rule, buffer) is int failed and not AllHeld) return failed;
        PreparedMatch[] matches = rule.Matches;
        for (int i = 0; i < matches.Length; i++)
            if (!Holds(chain, ruleIndex, matches[i], buffer, ref trace)) return FirstMatch + i;
        return AllHeld;
    }

    private int TestHeader(in PreparedRule rule, in SocketBuffer buffer)
    {
        HeaderTests tests = rule.Tests;
        if ((tests & HeaderTests.Source) != 0
            && rule.Source.Contains(buffer.Packet.Source) == ((tests & HeaderTests.SourceInverted) != 0)) return 0;
        if ((tests & HeaderTests.Destination) != 0
            && rule.Destination.Contains(buffer.Packet.Destination) == ((tests & HeaderTests.DestinationInverted) != 0)) return 1;
        if ((tests & HeaderTests.InInterface) != 0
            && !rule.Rule.InInterface!.Matches(routing.InterfaceName(buffer.InInterface))) return 2;
        if ((tests & HeaderTests.OutInterface) != 0
            && !rule.Rule.OutInterface!.Matches(routing.InterfaceName(buffer.OutInterface))) return 3;
        if ((tests & HeaderTests.Protocol) != 0
            && (rule.Protocol == Protocol.Any || rule.Protocol == buffer.Packet.Protocol) == ((tests & HeaderTests.ProtocolInverted) != 0)) return 4;
        return AllHeld;
    }

    private bool Holds<TTrace>(LoadedChain chain, int ruleIndex, in PreparedMatch match, in SocketBuffer buffer, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        switch (match.Code)
        {
            case MatchCode.Ports:
                PortMatch ports = As<PortMatch>(match);
                if (ports.TcpFlags is not null) recorder.Stop();
                return HeaderMatches.Holds(ports, buffer.Packet);
            case MatchCode.Multiport: return HeaderMatches.Holds(As<MultiportMatch>(match), buffer.Packet);
            case MatchCode.Icmp: return HeaderMatches.Holds(As<IcmpMatch>(match), buffer.Packet);
            case MatchCode.IpRange: return HeaderMatches.Holds(As<IpRangeMatch>(match), buffer.Packet);
            case MatchCode.Length:
                recorder.Stop();
                return HeaderMatches.Holds(As<LengthMatch>(match), buffer.Packet);
            case MatchCode.Physdev: return HeaderMatches.Holds(As<PhysdevMatch>(match));
            case MatchCode.AddressType: return Holds(As<AddressTypeMatch>(match), buffer.Packet);
            case MatchCode.Mark: return Holds(As<MarkMatch>(match), buffer.Mark);
            case MatchCode.Conntrack: return _conntrackMatches.Holds(As<ConntrackMatch>(match), buffer);
            case MatchCode.State: return ConntrackMatches.Holds(As<StateMatch>(match), buffer);
            case MatchCode.Connmark: return _conntrackMatches.Holds(As<ConnmarkMatch>(match), buffer);
            case MatchCode.Random:
                recorder.Stop();
                return Draw(chain, ruleIndex, As<StatisticMatch>(match), ref trace);
            case MatchCode.Nth:
                recorder.Stop();
                return chain.Memories[match.Slot].Holds(As<NthMatch>(match));
            case MatchCode.Limit:
                recorder.Stop();
                return chain.Memories[match.Slot].Holds(As<LimitMatch>(match), clock.Nanoseconds);
            case MatchCode.Recent:
                recorder.Stop();
                return chain.RecentLists[match.Slot].Evaluate(As<RecentMatch>(match), buffer.Packet.Source, buffer.Packet.Ttl, clock.Jiffies);
            case MatchCode.Accounting:
                recorder.Stop();
                chain.AccountingObjects[match.Slot].Count(buffer.Packet.Length);
                return true;
            default: throw new InvalidOperationException($"No test for {match.Code}");
        }
    }

    private static bool Holds(MarkMatch match, uint mark) => (mark & match.Mask) == match.Value != match.Inverted;

    private bool Holds(AddressTypeMatch match, in Packet packet)
    {
        if (match.SourceType is { } source && routing.AddressTypeOf(packet.Source) == source == match.SourceInverted) return false;
        return match.DestinationType is not { } destination
            || routing.AddressTypeOf(packet.Destination) == destination != match.DestinationInverted;
    }

    private bool Draw<TTrace>(LoadedChain chain, int ruleIndex, StatisticMatch match, ref TTrace trace)
        where TTrace : struct, ITraceSink
    {
        uint drawn = Draws is null ? random.NextUInt32() & RandomMask : Draws.Draw(match.Threshold);
        if (TTrace.Listens) trace.Drawn(chain.Table, chain.Name, ruleIndex, drawn, match.Threshold);
        return drawn < match.Threshold != match.Inverted;
    }

    /// <summary>The options of a match; its code says their type.</summary>
    private static T As<T>(in PreparedMatch match)
        where T : Match => (T)match.Match;
}
