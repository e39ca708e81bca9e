using NodePortSim.Collections;
using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class MultiportReader : ExtensionReader<Match>
{
    private MultiportMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        MultiportSide side;
        switch (arguments.Option)
        {
            case "--sports" or "--source-ports":
                side = MultiportSide.Source;
                break;
            case "--dports" or "--destination-ports":
                side = MultiportSide.Destination;
                break;
            case "--ports":
                side = MultiportSide.Either;
                break;
            default:
                return false;
        }

        string[] parts = arguments.Value().Split(',');
        EquatableArray<PortRange> ports = parts.Select(part => arguments.Ports(part)).ToEquatableArray();
        if (ports.Sum(static range => range.First == range.Last ? 1 : 2) > 15) throw arguments.ValueError("too many ports specified");
        _match = new MultiportMatch(side, ports, arguments.Inverted);
        return true;
    }

    public override Match Finish(Arguments arguments)
    {
        if (!ProtocolText.HasPorts(arguments.RuleProtocol))
        {
            throw arguments.Error("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
        }

        return _match ?? throw arguments.Error("multiport: one of --sports, --dports, --ports is required");
    }
}
