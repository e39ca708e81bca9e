using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class RejectReader : ExtensionReader<Target>
{
    private RejectWith _with = RejectWith.PortUnreachable;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--reject-with") return false;
        string name = arguments.Value();
        _with = RejectText.Parse(name, arguments.Family) ?? throw arguments.ValueError($"unknown reject type \"{name}\"");
        return true;
    }

    public override Target Finish(Arguments arguments) => new RejectTarget(_with);
}
