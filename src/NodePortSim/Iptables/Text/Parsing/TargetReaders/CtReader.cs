using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class CtReader : ExtensionReader<Target>
{
    private bool _notrack;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option is "--zone" or "--zone-orig" or "--zone-reply" or "--helper" or "--ctevents" or "--expevents" or "--timeout")
        {
            throw arguments.Error($"CT: \"{arguments.Option}\" is not supported");
        }

        if (arguments.Option != "--notrack") return false;
        return _notrack = true;
    }

    public override Target Finish(Arguments arguments) =>
        _notrack ? new NoTrackTarget() : throw arguments.Error("CT: without \"--notrack\" it is not supported");
}
