using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class CommentReader : ExtensionReader<Match>
{
    private string? _text;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--comment" || _text is not null) return false;
        arguments.NotInverted();
        _text = arguments.Value();
        if (_text.Length > 255) throw arguments.ValueError("COMMENT must be shorter than 256 chars");
        return true;
    }

    public override Match Finish(Arguments arguments) =>
        _text is null ? throw arguments.Error("comment: option \"--comment\" must be specified") : new CommentMatch(_text);
}
