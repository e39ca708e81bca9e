using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A rule in kube-proxy's own style and order of arguments (spec kube-proxy-iptables 3.4 to 3.7): each part preceded by one space.</summary>
internal static class RestoreSpec
{
    public static void Append(TextSink sink, Rule rule, IpFamily family)
    {
        bool headerPending = rule.Source is not null || rule.Destination is not null || rule.InInterface is not null ||
            rule.OutInterface is not null || rule.Protocol is not null;
        int portMatch = headerPending ? PlaceOfPortMatch(rule) : -1;
        for (int i = 0; i < rule.Matches.Count; i++)
        {
            Match match = rule.Matches[i];
            if (i == portMatch)
            {
                AppendWithPorts(sink, rule, (PortMatch)match);
                headerPending = false;
                continue;
            }

            if (headerPending && portMatch < 0 && match is not (CommentMatch or AddressTypeMatch))
            {
                AppendHeader(sink, rule);
                headerPending = false;
            }

            AppendMatch(sink, match, family);
        }

        if (headerPending) AppendHeader(sink, rule);
        if (rule.Target is { } target) AppendTarget(sink, target, family);
    }

    private static int PlaceOfPortMatch(Rule rule)
    {
        for (int i = 0; i < rule.Matches.Count; i++)
        {
            if (rule.Matches[i] is PortMatch) return i;
        }

        return -1;
    }

    // "-m tcp -p tcp -d 10.96.0.10 --dport 53 ! -s 10.244.0.0/16": what the service is, then who asks.
    private static void AppendWithPorts(TextSink sink, Rule rule, PortMatch match)
    {
        sink.Append(" -m "u8);
        sink.Append(match.Protocol.LowerName());
        if (rule.Protocol is { } protocol) RuleSpec.AppendProtocol(sink, protocol);
        if (rule.Destination is { } destination) AppendAddress(sink, destination, " -d "u8);
        MatchSpec.AppendPortOptions(sink, match);
        if (rule.Source is { } source) AppendAddress(sink, source, " -s "u8);
        AppendInterfaces(sink, rule);
    }

    private static void AppendHeader(TextSink sink, Rule rule)
    {
        if (rule.Protocol is { } protocol) RuleSpec.AppendProtocol(sink, protocol);
        if (rule.Destination is { } destination) AppendAddress(sink, destination, " -d "u8);
        if (rule.Source is { } source) AppendAddress(sink, source, " -s "u8);
        AppendInterfaces(sink, rule);
    }

    private static void AppendInterfaces(TextSink sink, Rule rule)
    {
        if (rule.InInterface is { } input) RuleSpec.AppendInterface(sink, input, " -i "u8);
        if (rule.OutInterface is { } output) RuleSpec.AppendInterface(sink, output, " -o "u8);
    }

    private static void AppendAddress(TextSink sink, AddressMatch match, ReadOnlySpan<byte> option)
    {
        if (match.Inverted) sink.Append(" !"u8);
        sink.Append(option);
        if (match.Network.IsHost && !match.Inverted && !match.PrefixWritten) sink.Append(match.Network.Address);
        else sink.Append(match.Network);
    }

    private static void AppendMatch(TextSink sink, Match match, IpFamily family)
    {
        switch (match)
        {
            case CommentMatch m:
                sink.Append(" -m comment --comment "u8);
                QuotedText.AppendAsGiven(sink, m.Text);
                break;
            case StatisticMatch { Inverted: false } m:
                sink.Append(" -m statistic --mode random --probability "u8);
                sink.AppendFraction(m.Probability, 10);
                break;
            case MarkMatch m:
                sink.Append(m.Inverted ? " -m mark ! --mark "u8 : " -m mark --mark "u8);
                AppendMark(sink, m.Value, m.Mask);
                break;
            case NfacctMatch m:
                sink.Append(" -m nfacct --nfacct-name "u8);
                sink.Append(m.ObjectName);
                break;
            case RecentMatch { Inverted: false, Mode: RecentMode.Set or RecentMode.Check } m:
                AppendRecent(sink, m);
                break;
            default:
                MatchSpec.Append(sink, match, family);
                break;
        }
    }

    private static void AppendRecent(TextSink sink, RecentMatch match)
    {
        sink.Append(" -m recent --name "u8);
        sink.Append(match.ListName);
        sink.Append(match.Mode == RecentMode.Set ? " --set"u8 : " --rcheck"u8);
        if (match.Seconds is { } seconds)
        {
            sink.Append(" --seconds "u8);
            sink.AppendNumber((ulong)seconds);
        }

        if (match.Reap) sink.Append(" --reap"u8);
    }

    private static void AppendTarget(TextSink sink, Target target, IpFamily family)
    {
        switch (target)
        {
            case RejectTarget { With: RejectWith.PortUnreachable }:
                sink.Append(" -j REJECT"u8);
                break;
            case MarkTarget { Mask: 0 } t:
                sink.Append(" -j MARK --xor-mark "u8);
                sink.AppendHex(t.Value, 8);
                break;
            case MarkTarget t when t.Value == t.Mask:
                sink.Append(" -j MARK --or-mark "u8);
                sink.AppendHex(t.Value, 8);
                break;
            case MarkTarget t:
                sink.Append(" -j MARK --set-xmark "u8);
                AppendMark(sink, t.Value, t.Mask);
                break;
            default:
                TargetSpec.Append(sink, target, family);
                break;
        }
    }

    private static void AppendMark(TextSink sink, uint value, uint mask)
    {
        sink.AppendHex(value, 8);
        sink.Append('/');
        sink.AppendHex(mask, 8);
    }
}
