using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class AddressTypeReader : ExtensionReader<Match>
{
    private AddressTypeMatch _match = new();

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--src-type":
                _match = _match with { SourceType = Type(arguments), SourceInverted = arguments.Inverted };
                return true;
            case "--dst-type":
                _match = _match with { DestinationType = Type(arguments), DestinationInverted = arguments.Inverted };
                return true;
            case "--limit-iface-in" or "--limit-iface-out":
                throw arguments.Error($"addrtype: \"{arguments.Option}\" is not supported");
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments) => _match is { SourceType: null, DestinationType: null }
        ? throw arguments.Error("addrtype: you must specify --src-type or --dst-type")
        : _match;

    private static AddressType Type(Arguments arguments)
    {
        string name = arguments.Value();
        return name.ToUpperInvariant() switch
        {
            "UNICAST" => AddressType.Unicast,
            "LOCAL" => AddressType.Local,
            "BROADCAST" => AddressType.Broadcast,
            "MULTICAST" => AddressType.Multicast,
            _ when name.Contains(',') => throw arguments.ValueError("addrtype: a list of types is not supported"),
            _ => throw arguments.ValueError($"addrtype: bad type \"{name}\""),
        };
    }
}
