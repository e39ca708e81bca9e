using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class ConntrackReader : ExtensionReader<Match>
{
    private ConntrackStates _states;
    private bool _statesInverted;
    private ConntrackEntryTest _entry = new();
    private bool _anyEntryTest;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option == "--ctstate")
        {
            _states = States(arguments);
            _statesInverted = arguments.Inverted;
            return true;
        }

        ConntrackEntryTest? entry = arguments.Option switch
        {
            "--ctproto" => _entry with { Protocol = new ProtocolMatch(arguments.Protocol(), arguments.Inverted) },
            "--ctorigsrc" => _entry with { OriginalSource = arguments.Network() },
            "--ctorigdst" => _entry with { OriginalDestination = arguments.Network() },
            "--ctreplsrc" => _entry with { ReplySource = arguments.Network() },
            "--ctrepldst" => _entry with { ReplyDestination = arguments.Network() },
            "--ctorigsrcport" => _entry with { OriginalSourcePort = Port(arguments) },
            "--ctorigdstport" => _entry with { OriginalDestinationPort = Port(arguments) },
            "--ctreplsrcport" => _entry with { ReplySourcePort = Port(arguments) },
            "--ctrepldstport" => _entry with { ReplyDestinationPort = Port(arguments) },
            "--ctstatus" => _entry with { Status = new ConntrackStatusTest(Statuses(arguments), arguments.Inverted) },
            "--ctdir" => _entry with { Direction = Direction(arguments) },
            "--ctexpire" => throw arguments.Error("conntrack: \"--ctexpire\" is not supported"),
            _ => null,
        };
        if (entry is null) return false;
        _entry = entry;
        return _anyEntryTest = true;
    }

    public override Match Finish(Arguments arguments)
    {
        if (_states == ConntrackStates.None && !_anyEntryTest) throw arguments.Error("conntrack: At least one option is required");
        return new ConntrackMatch(_states, _statesInverted) { Entry = _anyEntryTest ? _entry : null };
    }

    private static ConntrackStates States(Arguments arguments)
    {
        ConntrackStates states = ConntrackStates.None;
        string list = arguments.Value();
        foreach (string name in list.Split(','))
        {
            ConntrackStates state = OptionText.StateOf(name);
            if (state == ConntrackStates.None) throw arguments.ValueError($"Bad ctstate \"{list}\"");
            states |= state;
        }

        return states;
    }

    private static ConntrackStatuses Statuses(Arguments arguments)
    {
        ConntrackStatuses statuses = ConntrackStatuses.None;
        string list = arguments.Value();
        foreach (string name in list.Split(','))
        {
            statuses |= ConntrackEntryText.StatusOf(name) ?? throw arguments.ValueError($"Bad ctstatus \"{list}\"");
        }

        return statuses;
    }

    private static PortTest Port(Arguments arguments) => new(arguments.Ports(), arguments.Inverted);

    private static ConntrackDirection Direction(Arguments arguments)
    {
        string name = arguments.Value();
        ConntrackDirection direction = name.ToUpperInvariant() switch
        {
            "ORIGINAL" => ConntrackDirection.Original,
            "REPLY" => ConntrackDirection.Reply,
            _ => throw arguments.ValueError("--ctdir may only be ORIGINAL or REPLY"),
        };
        if (!arguments.Inverted) return direction;
        return direction == ConntrackDirection.Original ? ConntrackDirection.Reply : ConntrackDirection.Original;
    }
}
