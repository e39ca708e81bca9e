using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class DnatReader() : NatTargetReader("DNAT")
{
    private DnatTarget? _target;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option is "--random" or "--random-fully" or "--persistent") throw Unsupported(arguments);
        if (arguments.Option != "--to-destination") return false;
        (Net.IpAddr? address, Matches.PortRange? ports) = Endpoint(arguments);
        _target = new DnatTarget(address, ports);
        return true;
    }

    public override Target Finish(Arguments arguments)
    {
        CheckPorts(arguments, _target?.Ports);
        return _target ?? throw arguments.Error("DNAT: option \"--to-destination\" must be specified");
    }
}
