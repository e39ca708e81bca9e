using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class StateReader : ExtensionReader<Match>
{
    private StateMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--state") return false;
        _match = new StateMatch(States(arguments), arguments.Inverted);
        return true;
    }

    public override Match Finish(Arguments arguments) => _match ?? throw arguments.Error("state: option \"--state\" must be specified");

    private static ConntrackStates States(Arguments arguments)
    {
        ConntrackStates states = ConntrackStates.None;
        string list = arguments.Value();
        foreach (string name in list.Split(','))
        {
            ConntrackStates state = OptionText.StateOf(name);
            if (state is ConntrackStates.None or ConntrackStates.Snat or ConntrackStates.Dnat) throw arguments.ValueError($"Bad state \"{list}\"");
            states |= state;
        }

        return states;
    }
}
