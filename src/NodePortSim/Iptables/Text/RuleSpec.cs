using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A rule in the form in which iptables prints it back (spec kube-proxy-iptables 3.8): each part preceded by one space.</summary>
internal static class RuleSpec
{
    /// <summary>Appends the rule; a counter stands as <c>-c packets bytes</c> before the target.</summary>
    public static void Append(TextSink sink, Rule rule, IpFamily family, RuleCounter? counter)
    {
        if (rule.Source is { } source) AppendAddress(sink, source, " -s "u8);
        if (rule.Destination is { } destination) AppendAddress(sink, destination, " -d "u8);
        if (rule.InInterface is { } input) AppendInterface(sink, input, " -i "u8);
        if (rule.OutInterface is { } output) AppendInterface(sink, output, " -o "u8);
        if (rule.Protocol is { } protocol) AppendProtocol(sink, protocol);
        foreach (Match match in rule.Matches) MatchSpec.Append(sink, match, family);
        if (counter is { } count) AppendCounter(sink, count);
        if (rule.Target is { } target) TargetSpec.Append(sink, target, family);
    }

    public static void AppendCounter(TextSink sink, RuleCounter counter)
    {
        sink.Append(" -c "u8);
        sink.AppendNumber(counter.Packets);
        sink.Append(' ');
        sink.AppendNumber(counter.Bytes);
    }

    public static void AppendInterface(TextSink sink, InterfaceMatch match, ReadOnlySpan<byte> option)
    {
        if (match.Inverted) sink.Append(" !"u8);
        sink.Append(option);
        sink.Append(match.Name);
    }

    public static void AppendProtocol(TextSink sink, ProtocolMatch match)
    {
        if (match.Protocol == Protocol.Any) return;
        sink.Append(match.Inverted ? " ! -p "u8 : " -p "u8);
        sink.Append(ProtocolText.NameOf(match.Protocol));
    }

    private static void AppendAddress(TextSink sink, AddressMatch match, ReadOnlySpan<byte> option)
    {
        // A prefix of no bits tests nothing, and is not printed.
        if (match.Network.PrefixLength == 0 && !match.Inverted) return;
        if (match.Inverted) sink.Append(" !"u8);
        sink.Append(option);
        sink.Append(match.Network);
    }
}
