using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class MarkReader : ExtensionReader<Match>
{
    private MarkMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--mark") return false;
        (uint value, uint mask) = arguments.Mark("mark");
        _match = new MarkMatch(value, mask, arguments.Inverted);
        return true;
    }

    public override Match Finish(Arguments arguments) => _match ?? throw arguments.Error("mark: option \"--mark\" must be specified");
}
