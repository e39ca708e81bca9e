using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A rule's line in <c>iptables -n -L</c>, after the counters (spec netfilter-datapath 6.4).</summary>
internal static class RuleListing
{
    public static void Append(TextSink sink, Rule rule, IpFamily family, bool verbose)
    {
        long start = sink.Mark;
        sink.Append(TargetListing.NameOf(rule.Target));
        sink.PadFrom(start, 9);
        sink.Append(' ');

        sink.Append(rule.Protocol is { Inverted: true } ? '!' : ' ');
        start = sink.Mark;
        sink.AppendNumber(rule.Protocol is { } protocol ? (byte)protocol.Protocol : 0u);
        sink.PadFrom(start, 4);
        sink.Append(" -- "u8);

        if (verbose)
        {
            sink.Append(' ');
            AppendInterface(sink, rule.InInterface);
            AppendInterface(sink, rule.OutInterface);
        }

        AppendAddress(sink, rule.Source, family);
        AppendAddress(sink, rule.Destination, family);
        if (rule.Target is GotoTarget) sink.Append("[goto] "u8);
        foreach (Match match in rule.Matches) MatchListing.Append(sink, match, family);
        if (rule.Target is { } target) TargetListing.Append(sink, target, family);
    }

    private static void AppendInterface(TextSink sink, InterfaceMatch? match)
    {
        long start = sink.Mark;
        if (match is { Inverted: true }) sink.Append('!');
        sink.Append(match is null ? "*" : match.Name);
        sink.PadFrom(start, 6);
        sink.Append(' ');
    }

    private static void AppendAddress(TextSink sink, AddressMatch? match, IpFamily family)
    {
        sink.Append(match is { Inverted: true } ? '!' : ' ');
        long start = sink.Mark;
        if (match is null) sink.Append(family == IpFamily.IPv4 ? "0.0.0.0/0"u8 : "::/0"u8);
        else if (match.Network.IsHost) sink.Append(match.Network.Address);
        else sink.Append(match.Network);
        sink.PadFrom(start, 19);
        sink.Append(' ');
    }
}
