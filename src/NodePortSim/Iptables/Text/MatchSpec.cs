using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A match in the form in which iptables prints it back: <c> -m name options</c> (spec kube-proxy-iptables 3.8).</summary>
internal static class MatchSpec
{
    public static void Append(TextSink sink, Match match, IpFamily family)
    {
        switch (match)
        {
            case CommentMatch m:
                sink.Append(" -m comment --comment "u8);
                QuotedText.Append(sink, m.Text);
                break;
            case PortMatch m:
                AppendPorts(sink, m);
                break;
            case StatisticMatch m:
                sink.Append(" -m statistic --mode random"u8);
                sink.Append(m.Inverted ? " ! --probability "u8 : " --probability "u8);
                sink.AppendFraction(m.Threshold / 2147483648.0, 11);
                break;
            case RecentMatch m:
                AppendRecent(sink, m, family);
                break;
            case ConntrackMatch m:
                AppendConntrack(sink, m);
                break;
            case MarkMatch m:
                sink.Append(m.Inverted ? " -m mark ! --mark "u8 : " -m mark --mark "u8);
                OptionText.AppendMark(sink, m.Value, m.Mask);
                break;
            case AddressTypeMatch m:
                AppendAddressType(sink, m);
                break;
            case NfacctMatch m:
                // The extension prints a space of its own before the name.
                sink.Append(" -m nfacct --nfacct-name  "u8);
                sink.Append(m.ObjectName);
                break;
            default:
                FurtherMatchSpec.Append(sink, match, family);
                break;
        }
    }

    private static void AppendConntrack(TextSink sink, ConntrackMatch match)
    {
        sink.Append(" -m conntrack"u8);
        if (match.States != ConntrackStates.None)
        {
            sink.Append(match.Inverted ? " ! --ctstate "u8 : " --ctstate "u8);
            OptionText.AppendStates(sink, match.States);
        }

        if (match.Entry is { } entry) ConntrackEntryText.Append(sink, entry, "--"u8);
    }

    private static void AppendAddressType(TextSink sink, AddressTypeMatch match)
    {
        sink.Append(" -m addrtype"u8);
        if (match.SourceType is { } source)
        {
            sink.Append(match.SourceInverted ? " ! --src-type "u8 : " --src-type "u8);
            sink.Append(OptionText.Name(source));
        }

        if (match.DestinationType is { } destination)
        {
            sink.Append(match.DestinationInverted ? " ! --dst-type "u8 : " --dst-type "u8);
            sink.Append(OptionText.Name(destination));
        }
    }

    private static void AppendPorts(TextSink sink, PortMatch match)
    {
        sink.Append(" -m "u8);
        sink.Append(match.Protocol.LowerName());
        AppendPortOptions(sink, match);
    }

    public static void AppendPortOptions(TextSink sink, PortMatch match)
    {
        if (match.SourcePort is { } source)
        {
            sink.Append(match.SourcePortInverted ? " ! --sport "u8 : " --sport "u8);
            OptionText.AppendPorts(sink, source, ':');
        }

        if (match.DestinationPort is { } destination)
        {
            sink.Append(match.DestinationPortInverted ? " ! --dport "u8 : " --dport "u8);
            OptionText.AppendPorts(sink, destination, ':');
        }

        if (match.TcpFlags is { } flags)
        {
            sink.Append(flags.Inverted ? " ! --tcp-flags "u8 : " --tcp-flags "u8);
            OptionText.AppendFlags(sink, flags.Mask);
            sink.Append(' ');
            OptionText.AppendFlags(sink, flags.Compared);
        }
    }

    private static void AppendRecent(TextSink sink, RecentMatch match, IpFamily family)
    {
        sink.Append(match.Inverted ? " -m recent !"u8 : " -m recent"u8);
        sink.Append(match.Mode switch
        {
            RecentMode.Set => " --set"u8,
            RecentMode.Check => " --rcheck"u8,
            RecentMode.Update => " --update"u8,
            _ => " --remove"u8,
        });
        if (match.Seconds is { } seconds)
        {
            sink.Append(" --seconds "u8);
            sink.AppendNumber((ulong)seconds);
        }

        if (match.Reap) sink.Append(" --reap"u8);
        sink.Append(" --name "u8);
        sink.Append(match.ListName);
        sink.Append(" --mask "u8);
        sink.Append(OptionText.FullMask(family));
        sink.Append(" --rsource"u8);
    }
}
