using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class MasqueradeReader() : NatTargetReader("MASQUERADE")
{
    private Matches.PortRange? _ports;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--to-ports") return TryChoice(arguments);
        _ports = arguments.Ports('-');
        return true;
    }

    public override Target Finish(Arguments arguments)
    {
        CheckPorts(arguments, _ports);
        return new MasqueradeTarget(_ports, Choice);
    }
}
