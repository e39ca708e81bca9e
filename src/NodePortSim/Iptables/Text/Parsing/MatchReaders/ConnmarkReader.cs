using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class ConnmarkReader : ExtensionReader<Match>
{
    private ConnmarkMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--mark") return false;
        (uint value, uint mask) = arguments.Mark("connmark");
        _match = new ConnmarkMatch(value, mask, arguments.Inverted);
        return true;
    }

    public override Match Finish(Arguments arguments) => _match ?? throw arguments.Error("connmark: option \"--mark\" must be specified");
}
