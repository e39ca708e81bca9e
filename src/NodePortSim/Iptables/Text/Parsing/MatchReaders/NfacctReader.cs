using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class NfacctReader : ExtensionReader<Match>
{
    private string? _name;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--nfacct-name") return false;
        arguments.NotInverted();
        _name = arguments.Name("accounting object");
        return true;
    }

    public override Match Finish(Arguments arguments) =>
        _name is null ? throw arguments.Error("nfacct: option \"--nfacct-name\" must be specified") : new NfacctMatch(_name);
}
