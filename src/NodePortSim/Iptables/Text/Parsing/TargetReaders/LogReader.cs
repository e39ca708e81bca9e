using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class LogReader : ExtensionReader<Target>
{
    private static readonly string[] Levels = ["emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"];

    private LogTarget _target = new();

    public override bool TryOption(Arguments arguments)
    {
        LogOptions option = arguments.Option switch
        {
            "--log-tcp-sequence" => LogOptions.TcpSequence,
            "--log-tcp-options" => LogOptions.TcpOptions,
            "--log-ip-options" => LogOptions.IpOptions,
            "--log-uid" => LogOptions.Uid,
            "--log-macdecode" => LogOptions.MacDecode,
            _ => LogOptions.None,
        };
        if (option != LogOptions.None) _target = _target with { Options = _target.Options | option };
        else if (arguments.Option == "--log-level") _target = _target with { Level = Level(arguments) };
        else if (arguments.Option == "--log-prefix") _target = _target with { Prefix = Prefix(arguments) };
        else return false;
        return true;
    }

    public override Target Finish(Arguments arguments) => _target;

    private static string Prefix(Arguments arguments)
    {
        string prefix = arguments.Value();
        return prefix.Length <= 29 ? prefix : throw arguments.ValueError("LOG: Maximum prefix length 29 for --log-prefix");
    }

    private static byte Level(Arguments arguments)
    {
        string name = arguments.Value();
        if (Arguments.TryNumber(name, out uint number) && number < 8) return (byte)number;
        int level = Array.IndexOf(Levels, name switch { "err" => "error", "warn" => "warning", "panic" => "emerg", _ => name });
        return level >= 0 ? (byte)level : throw arguments.ValueError($"log-level `{name}' unknown");
    }
}
