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
            default:
                throw new NotSupportedException($"No text for {target.GetType().Name}");
        }
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
