using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class IpRangeReader : ExtensionReader<Match>
{
    private IpRangeMatch _match = new();

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--src-range":
                _match = _match with { Source = Range(arguments) };
                return true;
            case "--dst-range":
                _match = _match with { Destination = Range(arguments) };
                return true;
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments) => _match is { Source: null, Destination: null }
        ? throw arguments.Error("iprange match: You must specify `--src-range' or `--dst-range'")
        : _match;

    private static AddressRange Range(Arguments arguments)
    {
        ReadOnlySpan<char> value = arguments.Value();
        int dash = value.IndexOf('-');
        if (dash < 0) return new AddressRange(arguments.Address(value), arguments.Address(value), arguments.Inverted);
        return new AddressRange(arguments.Address(value[..dash]), arguments.Address(value[(dash + 1)..]), arguments.Inverted);
    }
}
