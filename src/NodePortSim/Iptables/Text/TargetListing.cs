using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A target's name and options in <c>iptables -n -L</c> (spec netfilter-datapath 6.4): options preceded by one space each.</summary>
internal static class TargetListing
{
    public static string NameOf(Target? target) => target switch
    {
        null => "",
        JumpTarget t => t.Chain,
        GotoTarget t => t.Chain,
        AcceptTarget => "ACCEPT",
        DropTarget => "DROP",
        ReturnTarget => "RETURN",
        DnatTarget => "DNAT",
        SnatTarget => "SNAT",
        MasqueradeTarget => "MASQUERADE",
        RedirectTarget => "REDIRECT",
        MarkTarget => "MARK",
        RejectTarget => "REJECT",
        SetConnmarkTarget or SaveConnmarkTarget or RestoreConnmarkTarget => "CONNMARK",
        NoTrackTarget => "CT",
        LogTarget => "LOG",
        _ => throw new NotSupportedException($"No text for {target.GetType().Name}"),
    };

    public static void Append(TextSink sink, Target target, IpFamily family)
    {
        switch (target)
        {
            case DnatTarget t:
                sink.Append(" to:"u8);
                OptionText.AppendEndpoint(sink, t.Address, t.Ports);
                break;
            case SnatTarget t:
                sink.Append(" to:"u8);
                OptionText.AppendEndpoint(sink, t.Address, t.Ports);
                AppendChoice(sink, t.Random);
                break;
            case MasqueradeTarget t:
                AppendPorts(sink, t.Ports, " masq ports: "u8);
                AppendChoice(sink, t.Random);
                break;
            case RedirectTarget t:
                AppendPorts(sink, t.Ports, " redir ports "u8);
                break;
            case MarkTarget t:
                AppendMarkChange(sink, " MARK "u8, t.Value, t.Mask);
                break;
            case SetConnmarkTarget t:
                AppendMarkChange(sink, " CONNMARK "u8, t.Value, t.Mask);
                break;
            case SaveConnmarkTarget t:
                AppendMarkCopy(sink, " CONNMARK save"u8, t.PacketMask, t.FlowMask, " nfmask "u8, " ctmask ~"u8);
                break;
            case RestoreConnmarkTarget t:
                AppendMarkCopy(sink, " CONNMARK restore"u8, t.FlowMask, t.PacketMask, " ctmask "u8, " nfmask ~"u8);
                break;
            case RejectTarget t:
                sink.Append(" reject-with "u8);
                sink.Append(OptionText.Name(new RejectName(t.With, family)));
                break;
            case NoTrackTarget:
                sink.Append(" CT notrack"u8);
                break;
            case LogTarget t:
                AppendLog(sink, t);
                break;
            default:
                break;
        }
    }

    private static void AppendMarkChange(TextSink sink, ReadOnlySpan<byte> name, uint value, uint mask)
    {
        sink.Append(name);
        if (value == 0) AppendMark(sink, "and "u8, ~mask);
        else if (value == mask) AppendMark(sink, "or "u8, value);
        else if (mask == 0) AppendMark(sink, "xor "u8, value);
        else if (mask == uint.MaxValue) AppendMark(sink, "set "u8, value);
        else
        {
            AppendMark(sink, "xset "u8, value);
            sink.Append('/');
            sink.AppendHex(mask);
        }
    }

    private static void AppendMark(TextSink sink, ReadOnlySpan<byte> operation, uint value)
    {
        sink.Append(operation);
        sink.AppendHex(value);
    }

    private static void AppendMarkCopy(
        TextSink sink, ReadOnlySpan<byte> name, uint from, uint to, ReadOnlySpan<byte> fromName, ReadOnlySpan<byte> toName)
    {
        sink.Append(name);
        if (from == uint.MaxValue && to == uint.MaxValue) return;
        if (from == to)
        {
            AppendMark(sink, " mask "u8, from);
            return;
        }

        AppendMark(sink, fromName, from);
        AppendMark(sink, toName, to);
    }

    private static void AppendLog(TextSink sink, LogTarget target)
    {
        sink.Append(" LOG flags "u8);
        sink.AppendNumber((ulong)target.Options);
        sink.Append(" level "u8);
        sink.AppendNumber(target.Level);
        if (target.Prefix.Length == 0) return;
        sink.Append(" prefix \""u8);
        sink.Append(target.Prefix);
        sink.Append('"');
    }

    private static void AppendPorts(TextSink sink, Matches.PortRange? ports, ReadOnlySpan<byte> name)
    {
        if (ports is not { } range) return;
        sink.Append(name);
        OptionText.AppendPorts(sink, range, '-');
    }

    private static void AppendChoice(TextSink sink, SourcePortChoice choice) => sink.Append(choice switch
    {
        SourcePortChoice.Random => " random"u8,
        SourcePortChoice.RandomFully => " random-fully"u8,
        _ => ""u8,
    });
}
