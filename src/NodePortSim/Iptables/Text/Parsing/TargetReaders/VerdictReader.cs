using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

/// <summary>Reads a target that has no options.</summary>
internal sealed class VerdictReader(Target target) : ExtensionReader<Target>
{
    public override bool TryOption(Arguments arguments) => false;

    public override Target Finish(Arguments arguments) => target;
}
