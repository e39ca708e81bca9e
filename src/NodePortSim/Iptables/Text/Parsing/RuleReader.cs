using NodePortSim.Collections;
using NodePortSim.Iptables.Matches;
using NodePortSim.Iptables.Targets;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>Reads the arguments of one rule, in any order that iptables accepts.</summary>
internal sealed class RuleReader(Arguments arguments)
{
    private readonly List<(string Name, ExtensionReader<Match> Reader)> _matches = [];
    private AddressMatch? _source;
    private AddressMatch? _destination;
    private InterfaceMatch? _input;
    private InterfaceMatch? _output;
    private ProtocolMatch? _protocol;
    private Target? _target;
    private ExtensionReader<Target>? _targetReader;

    /// <summary>The rule's counter: <c>-c packets bytes</c>.</summary>
    public RuleCounter? Counter { get; private set; }

    /// <summary>Reads all arguments from the current one on.</summary>
    /// <exception cref="RuleError">An argument is wrong.</exception>
    public Rule Read()
    {
        while (!arguments.AtEnd)
        {
            arguments.NextOption();
            if (!TryHeader() && !TryExtensions()) throw Unknown();
        }

        arguments.RuleProtocol = _protocol is { Inverted: false } named ? named.Protocol : Protocol.Any;
        var matches = new Match[_matches.Count];
        for (int i = 0; i < matches.Length; i++) matches[i] = _matches[i].Reader.Finish(arguments);
        return new Rule
        {
            Source = _source,
            Destination = _destination,
            InInterface = _input,
            OutInterface = _output,
            Protocol = _protocol,
            Matches = EquatableArray.Create<Match>(matches),
            Target = _targetReader?.Finish(arguments) ?? _target,
        };
    }

    private bool TryHeader()
    {
        switch (arguments.Option)
        {
            case "-s" or "--source" or "--src":
                arguments.Once(_source is not null);
                _source = arguments.Network();
                return true;
            case "-d" or "--destination" or "--dst":
                arguments.Once(_destination is not null);
                _destination = arguments.Network();
                return true;
            case "-i" or "--in-interface":
                arguments.Once(_input is not null);
                _input = Interface();
                return true;
            case "-o" or "--out-interface":
                arguments.Once(_output is not null);
                _output = Interface();
                return true;
            case "-p" or "--protocol" or "--proto":
                arguments.Once(_protocol is not null);
                Protocol protocol = arguments.Protocol();
                _protocol = protocol == Protocol.Any ? null : new ProtocolMatch(protocol, arguments.Inverted);
                return true;
            case "-m" or "--match":
                arguments.NotInverted();
                AddMatch(arguments.Value());
                return true;
            case "-j" or "--jump":
                arguments.NotInverted();
                arguments.Once(_target is not null || _targetReader is not null);
                Jump(arguments.Name("target"));
                return true;
            case "-g" or "--goto":
                arguments.NotInverted();
                arguments.Once(_target is not null || _targetReader is not null);
                _target = new GotoTarget(arguments.Name("target"));
                return true;
            case "-c" or "--set-counters":
                Counter = new RuleCounter(CounterValue(), CounterValue());
                return true;
            default:
                return false;
        }
    }

    // The extension that was loaded last is asked first, as options of later -m belong to it.
    private bool TryExtensions()
    {
        if (_targetReader is { } target && target.TryOption(arguments)) return true;
        for (int i = _matches.Count - 1; i >= 0; i--)
        {
            if (_matches[i].Reader.TryOption(arguments)) return true;
        }

        return TryImpliedMatch();
    }

    // "-p tcp --dport 80" loads the match tcp by itself.
    private bool TryImpliedMatch()
    {
        if (_protocol is not { Inverted: false } protocol || !arguments.Option.StartsWith("--", StringComparison.Ordinal)) return false;
        string name = ProtocolText.NameOf(protocol.Protocol);
        if (_matches.Exists(match => match.Name == name) || Extensions.Match(name, arguments.Family) is not { } reader) return false;
        if (!reader.TryOption(arguments)) return false;
        _matches.Add((name, reader));
        return true;
    }

    private void AddMatch(string name)
    {
        ExtensionReader<Match> reader = Extensions.Match(name, arguments.Family) ??
            throw arguments.ValueError($"Couldn't load match `{name}':No such file or directory");
        _matches.Add((name, reader));
    }

    private void Jump(string name)
    {
        _targetReader = Extensions.Target(name);
        _target = _targetReader is null ? new JumpTarget(name) : null;
    }

    private InterfaceMatch Interface()
    {
        string name = arguments.Name("interface");
        if (name.Length > 15) throw arguments.ValueError($"interface name `{name}' must be shorter than IFNAMSIZ (15)");
        return new InterfaceMatch(name, arguments.Inverted);
    }

    private ulong CounterValue() =>
        ulong.TryParse(arguments.Value(), out ulong count) ? count : throw arguments.ValueError("-c packet counter not numeric");

    private RuleError Unknown() => arguments.Option.StartsWith('-')
        ? arguments.Error($"unknown option \"{arguments.Option}\"")
        : arguments.Error($"Bad argument `{arguments.Option}'");
}
