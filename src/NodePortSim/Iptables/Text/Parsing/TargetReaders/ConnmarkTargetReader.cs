using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class ConnmarkTargetReader : ExtensionReader<Target>
{
    private SetConnmarkTarget? _set;
    private bool _save;
    private bool _restore;
    private uint _packetMask = uint.MaxValue;
    private uint _flowMask = uint.MaxValue;

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--set-mark":
                (uint value, uint mask) = arguments.Mark("CONNMARK");
                _set = new SetConnmarkTarget(value, value | mask);
                return true;
            case "--set-xmark":
                (value, mask) = arguments.Mark("CONNMARK");
                _set = new SetConnmarkTarget(value, mask);
                return true;
            case "--and-mark":
                _set = new SetConnmarkTarget(0, ~arguments.Number("CONNMARK"));
                return true;
            case "--or-mark":
                value = arguments.Number("CONNMARK");
                _set = new SetConnmarkTarget(value, value);
                return true;
            case "--xor-mark":
                _set = new SetConnmarkTarget(arguments.Number("CONNMARK"), 0);
                return true;
            case "--save-mark":
                return _save = true;
            case "--restore-mark":
                return _restore = true;
            case "--nfmask":
                _packetMask = arguments.Number("CONNMARK");
                return true;
            case "--ctmask":
                _flowMask = arguments.Number("CONNMARK");
                return true;
            case "--mask":
                _packetMask = _flowMask = arguments.Number("CONNMARK");
                return true;
            default:
                return false;
        }
    }

    public override Target Finish(Arguments arguments)
    {
        if (_set is not null) return _set;
        if (_save) return new SaveConnmarkTarget(_packetMask, _flowMask);
        if (_restore) return new RestoreConnmarkTarget(_packetMask, _flowMask);
        throw arguments.Error("CONNMARK target: No operation specified");
    }
}
