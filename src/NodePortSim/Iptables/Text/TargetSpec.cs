using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text;

/// <summary>A target in the form in which iptables prints it back: <c> -j NAME options</c> (spec kube-proxy-iptables 3.8).</summary>
internal static class TargetSpec
{
    public static void Append(TextSink sink, Target target, IpFamily family)
    {
        switch (target)
        {
            case JumpTarget t:
                sink.Append(" -j "u8);
                sink.Append(t.Chain);
                break;
            case GotoTarget t:
                sink.Append(" -g "u8);
                sink.Append(t.Chain);
                break;
            case AcceptTarget:
                sink.Append(" -j ACCEPT"u8);
                break;
            case DropTarget:
                sink.Append(" -j DROP"u8);
                break;
            case ReturnTarget:
                sink.Append(" -j RETURN"u8);
                break;
            case DnatTarget t:
                sink.Append(" -j DNAT --to-destination "u8);
                OptionText.AppendEndpoint(sink, t.Address, t.Ports);
                break;
            case MarkTarget t:
                sink.Append(" -j MARK --set-xmark "u8);
                sink.AppendHex(t.Value);
                sink.Append('/');
                sink.AppendHex(t.Mask);
                break;
            case RejectTarget t:
                sink.Append(" -j REJECT --reject-with "u8);
                sink.Append(OptionText.Name(new RejectName(t.With, family)));
                break;
            case SnatTarget t:
                sink.Append(" -j SNAT --to-source "u8);
                OptionText.AppendEndpoint(sink, t.Address, t.Ports);
                AppendChoice(sink, t.Random);
                break;
            case MasqueradeTarget t:
                sink.Append(" -j MASQUERADE"u8);
                AppendToPorts(sink, t.Ports);
                AppendChoice(sink, t.Random);
                break;
            case RedirectTarget t:
                sink.Append(" -j REDIRECT"u8);
                AppendToPorts(sink, t.Ports);
                break;
            case SetConnmarkTarget t:
                sink.Append(" -j CONNMARK --set-xmark "u8);
                sink.AppendHex(t.Value);
                sink.Append('/');
                sink.AppendHex(t.Mask);
                break;
            case SaveConnmarkTarget t:
                sink.Append(" -j CONNMARK --save-mark"u8);
                AppendMasks(sink, t.PacketMask, t.FlowMask);
                break;
            case RestoreConnmarkTarget t:
                sink.Append(" -j CONNMARK --restore-mark"u8);
                AppendMasks(sink, t.PacketMask, t.FlowMask);
                break;
            case NoTrackTarget:
                sink.Append(" -j CT --notrack"u8);
                break;
            case LogTarget t:
                AppendLog(sink, t);
                break;
            default:
                throw new NotSupportedException($"No text for {target.GetType().Name}");
        }
    }

    private static void AppendMasks(TextSink sink, uint packetMask, uint flowMask)
    {
        sink.Append(" --nfmask "u8);
        sink.AppendHex(packetMask);
        sink.Append(" --ctmask "u8);
        sink.AppendHex(flowMask);
    }

    private static void AppendLog(TextSink sink, LogTarget target)
    {
        sink.Append(" -j LOG"u8);
        if (target.Prefix.Length > 0)
        {
            sink.Append(" --log-prefix "u8);
            QuotedText.Append(sink, target.Prefix);
        }

        if (target.Level != 4)
        {
            sink.Append(" --log-level "u8);
            sink.AppendNumber(target.Level);
        }

        if (target.Options.HasFlag(LogOptions.TcpSequence)) sink.Append(" --log-tcp-sequence"u8);
        if (target.Options.HasFlag(LogOptions.TcpOptions)) sink.Append(" --log-tcp-options"u8);
        if (target.Options.HasFlag(LogOptions.IpOptions)) sink.Append(" --log-ip-options"u8);
        if (target.Options.HasFlag(LogOptions.Uid)) sink.Append(" --log-uid"u8);
        if (target.Options.HasFlag(LogOptions.MacDecode)) sink.Append(" --log-macdecode"u8);
    }

    private static void AppendToPorts(TextSink sink, Matches.PortRange? ports)
    {
        if (ports is not { } range) return;
        sink.Append(" --to-ports "u8);
        OptionText.AppendPorts(sink, range, '-');
    }

    private static void AppendChoice(TextSink sink, SourcePortChoice choice) => sink.Append(choice switch
    {
        SourcePortChoice.Random => " --random"u8,
        SourcePortChoice.RandomFully => " --random-fully"u8,
        _ => ""u8,
    });
}
