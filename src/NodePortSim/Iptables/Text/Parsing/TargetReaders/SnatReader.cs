using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class SnatReader() : NatTargetReader("SNAT")
{
    private SnatTarget? _target;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--to-source") return TryChoice(arguments);
        (Net.IpAddr? address, Matches.PortRange? ports) = Endpoint(arguments);
        _target = new SnatTarget(address, ports);
        return true;
    }

    public override Target Finish(Arguments arguments)
    {
        CheckPorts(arguments, _target?.Ports);
        return _target is null ? throw arguments.Error("SNAT: option \"--to-source\" must be specified") : _target with { Random = Choice };
    }
}
