using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class PhysdevReader : ExtensionReader<Match>
{
    private PhysdevMatch _match = new();

    public override bool TryOption(Arguments arguments)
    {
        PhysdevMatch? match = arguments.Option switch
        {
            "--physdev-in" => _match with { InInterface = new InterfaceMatch(arguments.Name("interface"), arguments.Inverted) },
            "--physdev-out" => _match with { OutInterface = new InterfaceMatch(arguments.Name("interface"), arguments.Inverted) },
            "--physdev-is-in" => _match with { IsIn = !arguments.Inverted },
            "--physdev-is-out" => _match with { IsOut = !arguments.Inverted },
            "--physdev-is-bridged" => _match with { IsBridged = !arguments.Inverted },
            _ => null,
        };
        if (match is null) return false;
        _match = match;
        return true;
    }

    public override Match Finish(Arguments arguments) => _match == new PhysdevMatch()
        ? throw arguments.Error("PHYSDEV: no physdev option specified")
        : _match;
}
