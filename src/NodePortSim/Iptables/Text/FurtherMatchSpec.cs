using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>The matches of <see cref="MatchSpec"/> that kube-proxy does not use, but other software on a node does.</summary>
internal static class FurtherMatchSpec
{
    public static void Append(TextSink sink, Match match, IpFamily family)
    {
        switch (match)
        {
            case StateMatch m:
                sink.Append(m.Inverted ? " -m state ! --state "u8 : " -m state --state "u8);
                OptionText.AppendStates(sink, m.States);
                break;
            case ConnmarkMatch m:
                sink.Append(m.Inverted ? " -m connmark ! --mark "u8 : " -m connmark --mark "u8);
                OptionText.AppendMark(sink, m.Value, m.Mask);
                break;
            case MultiportMatch m:
                sink.Append(m.Inverted ? " -m multiport !"u8 : " -m multiport"u8);
                sink.Append(m.Side switch { MultiportSide.Source => " --sports "u8, MultiportSide.Destination => " --dports "u8, _ => " --ports "u8 });
                OptionText.AppendPortList(sink, m.Ports);
                break;
            case NthMatch m:
                sink.Append(m.Inverted ? " -m statistic --mode nth ! --every "u8 : " -m statistic --mode nth --every "u8);
                sink.AppendNumber(m.Every);
                sink.Append(" --packet "u8);
                sink.AppendNumber(m.Packet);
                break;
            case LimitMatch m:
                AppendLimit(sink, m);
                break;
            case IcmpMatch m:
                AppendIcmp(sink, m, family);
                break;
            case LengthMatch m:
                sink.Append(m.Inverted ? " -m length ! --length "u8 : " -m length --length "u8);
                OptionText.AppendPorts(sink, new PortRange(m.First, m.Last), ':');
                break;
            case IpRangeMatch m:
                sink.Append(" -m iprange"u8);
                AppendRange(sink, m.Source, " --src-range "u8);
                AppendRange(sink, m.Destination, " --dst-range "u8);
                break;
            case PhysdevMatch m:
                sink.Append(" -m physdev"u8);
                AppendPhysdev(sink, m);
                break;
            default:
                throw new NotSupportedException($"No text for {match.GetType().Name}");
        }
    }

    /// <summary>Appends the options, which a listing prints alike.</summary>
    public static void AppendPhysdev(TextSink sink, PhysdevMatch match)
    {
        AppendFlag(sink, match.IsIn, " --physdev-is-in"u8);
        if (match.InInterface is { } input) RuleSpec.AppendInterface(sink, input, " --physdev-in "u8);
        AppendFlag(sink, match.IsOut, " --physdev-is-out"u8);
        if (match.OutInterface is { } output) RuleSpec.AppendInterface(sink, output, " --physdev-out "u8);
        AppendFlag(sink, match.IsBridged, " --physdev-is-bridged"u8);
    }

    private static void AppendLimit(TextSink sink, LimitMatch match)
    {
        sink.Append(" -m limit --limit "u8);
        OptionText.AppendRate(sink, match.Period);
        if (match.Burst == 5) return;
        sink.Append(" --limit-burst "u8);
        sink.AppendNumber(match.Burst);
    }

    private static void AppendIcmp(TextSink sink, IcmpMatch match, IpFamily family)
    {
        sink.Append(family == IpFamily.IPv4 ? " -m icmp"u8 : " -m icmp6"u8);
        if (match.Inverted) sink.Append(" !"u8);
        sink.Append(family == IpFamily.IPv4 ? " --icmp-type "u8 : " --icmpv6-type "u8);
        if (family == IpFamily.IPv4 && match.Type == IcmpMatch.AnyType) sink.Append("any"u8);
        else sink.AppendNumber(match.Type);
        if (match.Code is not { } code) return;
        sink.Append('/');
        sink.AppendNumber(code);
    }

    private static void AppendRange(TextSink sink, AddressRange? range, ReadOnlySpan<byte> option)
    {
        if (range is null) return;
        if (range.Inverted) sink.Append(" !"u8);
        sink.Append(option);
        sink.Append(range.First);
        sink.Append('-');
        sink.Append(range.Last);
    }

    private static void AppendFlag(TextSink sink, bool? flag, ReadOnlySpan<byte> option)
    {
        if (flag is not { } wanted) return;
        if (!wanted) sink.Append(" !"u8);
        sink.Append(option);
    }
}
