using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class PortReader(Protocol protocol) : ExtensionReader<Match>
{
    private PortMatch _match = new(protocol);

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--sport" or "--source-port":
                if (_match.SourcePort is not null) throw arguments.Error("Only one `--source-port' allowed");
                _match = _match with { SourcePort = arguments.Ports(), SourcePortInverted = arguments.Inverted };
                return true;
            case "--dport" or "--destination-port":
                if (_match.DestinationPort is not null) throw arguments.Error("Only one `--destination-port' allowed");
                _match = _match with { DestinationPort = arguments.Ports(), DestinationPortInverted = arguments.Inverted };
                return true;
            case "--syn" when protocol == Protocol.Tcp:
                _match = _match with { TcpFlags = new TcpFlagsMatch(TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack | TcpFlags.Fin, TcpFlags.Syn, arguments.Inverted) };
                return true;
            case "--tcp-flags" when protocol == Protocol.Tcp:
                bool inverted = arguments.Inverted;
                TcpFlags mask = Flags(arguments);
                _match = _match with { TcpFlags = new TcpFlagsMatch(mask, Flags(arguments), inverted) };
                return true;
            case "--tcp-option" when protocol == Protocol.Tcp:
            case "--chunk-types" when protocol == Protocol.Sctp:
                throw arguments.Error($"{protocol.LowerName()}: \"{arguments.Option}\" is not supported");
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments) => _match;

    private static TcpFlags Flags(Arguments arguments)
    {
        TcpFlags flags = TcpFlags.None;
        foreach (string name in arguments.Value().Split(','))
        {
            flags |= OptionText.FlagsOf(name) ?? throw arguments.ValueError($"Unknown TCP flag `{name}'");
        }

        return flags;
    }
}
