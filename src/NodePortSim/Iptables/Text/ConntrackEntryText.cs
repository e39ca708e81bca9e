using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text;

/// <summary>The options of <c>-m conntrack</c> beside <c>--ctstate</c>; a listing leaves out the dashes that a rule's text has.</summary>
internal static class ConntrackEntryText
{
    private static readonly (ConntrackStatuses Status, string Name)[] Statuses =
    [
        (ConntrackStatuses.Expected, "EXPECTED"), (ConntrackStatuses.SeenReply, "SEEN_REPLY"), (ConntrackStatuses.Assured, "ASSURED"),
        (ConntrackStatuses.Confirmed, "CONFIRMED"),
    ];

    public static void Append(TextSink sink, ConntrackEntryTest test, ReadOnlySpan<byte> dashes)
    {
        if (test.Protocol is { } protocol)
        {
            AppendName(sink, protocol.Inverted, dashes, "ctproto"u8);
            sink.AppendNumber((byte)protocol.Protocol);
        }

        AppendAddress(sink, test.OriginalSource, dashes, "ctorigsrc"u8);
        AppendAddress(sink, test.OriginalDestination, dashes, "ctorigdst"u8);
        AppendAddress(sink, test.ReplySource, dashes, "ctreplsrc"u8);
        AppendAddress(sink, test.ReplyDestination, dashes, "ctrepldst"u8);
        AppendPort(sink, test.OriginalSourcePort, dashes, "ctorigsrcport"u8);
        AppendPort(sink, test.OriginalDestinationPort, dashes, "ctorigdstport"u8);
        AppendPort(sink, test.ReplySourcePort, dashes, "ctreplsrcport"u8);
        AppendPort(sink, test.ReplyDestinationPort, dashes, "ctrepldstport"u8);
        if (test.Status is { } status)
        {
            AppendName(sink, status.Inverted, dashes, "ctstatus"u8);
            AppendStatuses(sink, status.Statuses);
        }

        if (test.Direction is not { } direction) return;
        AppendName(sink, false, dashes, "ctdir"u8);
        sink.Append(direction == ConntrackDirection.Original ? "ORIGINAL"u8 : "REPLY"u8);
    }

    private static void AppendName(TextSink sink, bool inverted, ReadOnlySpan<byte> dashes, ReadOnlySpan<byte> name)
    {
        sink.Append(inverted ? " ! "u8 : " "u8);
        sink.Append(dashes);
        sink.Append(name);
        sink.Append(' ');
    }

    private static void AppendAddress(TextSink sink, AddressMatch? match, ReadOnlySpan<byte> dashes, ReadOnlySpan<byte> name)
    {
        if (match is null) return;
        AppendName(sink, match.Inverted, dashes, name);
        if (match.Network.IsHost) sink.Append(match.Network.Address);
        else sink.Append(match.Network);
    }

    private static void AppendPort(TextSink sink, PortTest? test, ReadOnlySpan<byte> dashes, ReadOnlySpan<byte> name)
    {
        if (test is null) return;
        AppendName(sink, test.Inverted, dashes, name);
        OptionText.AppendPorts(sink, test.Ports, ':');
    }

    private static void AppendStatuses(TextSink sink, ConntrackStatuses statuses)
    {
        if (statuses == ConntrackStatuses.None)
        {
            sink.Append("NONE"u8);
            return;
        }

        bool first = true;
        foreach ((ConntrackStatuses status, string name) in Statuses)
        {
            if ((statuses & status) == 0) continue;
            if (!first) sink.Append(',');
            sink.Append(name);
            first = false;
        }
    }
}
