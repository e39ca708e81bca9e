using NodePortSim.Iptables.Targets;

namespace NodePortSim.Iptables.Text.Parsing.TargetReaders;

internal sealed class MarkTargetReader : ExtensionReader<Target>
{
    private MarkTarget? _target;

    public override bool TryOption(Arguments arguments)
    {
        MarkTarget? target = arguments.Option switch
        {
            "--set-mark" => SetMark(arguments),
            "--set-xmark" => SetXmark(arguments),
            "--and-mark" => MarkTarget.And(arguments.Number("MARK")),
            "--or-mark" => MarkTarget.Or(arguments.Number("MARK")),
            "--xor-mark" => MarkTarget.Xor(arguments.Number("MARK")),
            _ => null,
        };
        if (target is null) return false;
        _target = target;
        return true;
    }

    public override Target Finish(Arguments arguments) =>
        _target ?? throw arguments.Error("MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required");

    // Unlike --set-xmark, the bits of the value are cleared too, so that they end up set.
    private static MarkTarget SetMark(Arguments arguments)
    {
        (uint value, uint mask) = arguments.Mark("MARK");
        return new MarkTarget(value, value | mask);
    }

    private static MarkTarget SetXmark(Arguments arguments)
    {
        (uint value, uint mask) = arguments.Mark("MARK");
        return new MarkTarget(value, mask);
    }
}
