using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class RedirectReader() : NatTargetReader("REDIRECT")
{
    private Matches.PortRange? _ports;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option is "--random" or "--random-fully" or "--persistent") throw Unsupported(arguments);
        if (arguments.Option is not ("--to-ports" or "--to-port")) return false;
        _ports = arguments.Ports('-');
        return true;
    }

    public override Target Finish(Arguments arguments)
    {
        CheckPorts(arguments, _ports);
        return new RedirectTarget(_ports);
    }
}
