using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A match in <c>iptables -n -L</c> (spec netfilter-datapath 6.4): each part preceded by one space.</summary>
internal static class MatchListing
{
    public static void Append(TextSink sink, Match match, IpFamily family)
    {
        switch (match)
        {
            case CommentMatch m:
                sink.Append(" /* "u8);
                sink.Append(m.Text);
                sink.Append(" */"u8);
                break;
            case PortMatch m:
                AppendPorts(sink, m);
                break;
            case StatisticMatch m:
                sink.Append(m.Inverted ? " statistic mode random ! probability "u8 : " statistic mode random probability "u8);
                sink.AppendFraction(m.Threshold / 2147483648.0, 11);
                break;
            case NthMatch m:
                sink.Append(m.Inverted ? " statistic mode nth ! every "u8 : " statistic mode nth every "u8);
                sink.AppendNumber(m.Every);
                sink.Append(" packet "u8);
                sink.AppendNumber(m.Packet);
                break;
            case RecentMatch m:
                AppendRecent(sink, m, family);
                break;
            case ConntrackMatch m:
                if (m.States != ConntrackStates.None)
                {
                    sink.Append(m.Inverted ? " ! ctstate "u8 : " ctstate "u8);
                    OptionText.AppendStates(sink, m.States);
                }

                if (m.Entry is { } entry) ConntrackEntryText.Append(sink, entry, ""u8);
                break;
            case StateMatch m:
                sink.Append(m.Inverted ? " ! state "u8 : " state "u8);
                OptionText.AppendStates(sink, m.States);
                break;
            case MarkMatch m:
                sink.Append(m.Inverted ? " mark match ! "u8 : " mark match "u8);
                OptionText.AppendMark(sink, m.Value, m.Mask);
                break;
            case ConnmarkMatch m:
                // Two spaces where it is not inverted, as the extension prints it.
                sink.Append(m.Inverted ? " connmark match ! "u8 : " connmark match  "u8);
                OptionText.AppendMark(sink, m.Value, m.Mask);
                break;
            case AddressTypeMatch m:
                AppendAddressType(sink, m);
                break;
            case NfacctMatch m:
                sink.Append(" nfacct-name  "u8);
                sink.Append(m.ObjectName);
                break;
            case MultiportMatch m:
                sink.Append(m.Side switch
                {
                    MultiportSide.Source => " multiport sports "u8,
                    MultiportSide.Destination => " multiport dports "u8,
                    _ => " multiport ports "u8,
                });
                if (m.Inverted) sink.Append(" !"u8);
                OptionText.AppendPortList(sink, m.Ports);
                break;
            case LimitMatch m:
                sink.Append(" limit: avg "u8);
                OptionText.AppendRate(sink, m.Period);
                sink.Append(" burst "u8);
                sink.AppendNumber(m.Burst);
                break;
            case IcmpMatch m:
                AppendIcmp(sink, m, family);
                break;
            case LengthMatch m:
                sink.Append(m.Inverted ? " length !"u8 : " length "u8);
                OptionText.AppendPorts(sink, new PortRange(m.First, m.Last), ':');
                break;
            case IpRangeMatch m:
                AppendRange(sink, m.Source, " source IP range "u8);
                AppendRange(sink, m.Destination, " destination IP range "u8);
                break;
            case PhysdevMatch m:
                sink.Append(" PHYSDEV match"u8);
                FurtherMatchSpec.AppendPhysdev(sink, m);
                break;
            default:
                throw new NotSupportedException($"No text for {match.GetType().Name}");
        }
    }

    private static void AppendPorts(TextSink sink, PortMatch match)
    {
        sink.Append(' ');
        sink.Append(match.Protocol.LowerName());
        AppendPort(sink, match.SourcePort, match.SourcePortInverted, " spt"u8);
        AppendPort(sink, match.DestinationPort, match.DestinationPortInverted, " dpt"u8);
        if (match.TcpFlags is not { } flags) return;
        sink.Append(flags.Inverted ? " flags:!"u8 : " flags:"u8);
        OptionText.AppendFlagBits(sink, flags.Mask);
        sink.Append('/');
        OptionText.AppendFlagBits(sink, flags.Compared);
    }

    private static void AppendPort(TextSink sink, PortRange? ports, bool inverted, ReadOnlySpan<byte> name)
    {
        if (ports is not { } range) return;
        sink.Append(name);
        if (range.First != range.Last) sink.Append('s');
        sink.Append(inverted ? ":!"u8 : ":"u8);
        OptionText.AppendPorts(sink, range, ':');
    }

    private static void AppendRecent(TextSink sink, RecentMatch match, IpFamily family)
    {
        sink.Append(match.Inverted ? " ! recent: "u8 : " recent: "u8);
        sink.Append(match.Mode switch
        {
            RecentMode.Set => "SET"u8,
            RecentMode.Check => "CHECK"u8,
            RecentMode.Update => "UPDATE"u8,
            _ => "REMOVE"u8,
        });
        if (match.Seconds is { } seconds)
        {
            sink.Append(" seconds: "u8);
            sink.AppendNumber((ulong)seconds);
        }

        if (match.Reap) sink.Append(" reap"u8);
        sink.Append(" name: "u8);
        sink.Append(match.ListName);
        sink.Append(" side: source mask: "u8);
        sink.Append(OptionText.FullMask(family));
    }

    private static void AppendAddressType(TextSink sink, AddressTypeMatch match)
    {
        sink.Append(" ADDRTYPE match"u8);
        if (match.SourceType is { } source)
        {
            sink.Append(match.SourceInverted ? " src-type !"u8 : " src-type "u8);
            sink.Append(OptionText.Name(source));
        }

        if (match.DestinationType is not { } destination) return;
        sink.Append(match.DestinationInverted ? " dst-type !"u8 : " dst-type "u8);
        sink.Append(OptionText.Name(destination));
    }

    private static void AppendIcmp(TextSink sink, IcmpMatch match, IpFamily family)
    {
        sink.Append(family == IpFamily.IPv4 ? " icmp"u8 : " ipv6-icmp"u8);
        sink.Append(match.Inverted ? " !type "u8 : "type "u8);
        sink.AppendNumber(match.Type);
        if (match.Code is not { } code) return;
        sink.Append(" code "u8);
        sink.AppendNumber(code);
    }

    private static void AppendRange(TextSink sink, AddressRange? range, ReadOnlySpan<byte> name)
    {
        if (range is null) return;
        sink.Append(name);
        if (range.Inverted) sink.Append("! "u8);
        sink.Append(range.First);
        sink.Append('-');
        sink.Append(range.Last);
    }
}
