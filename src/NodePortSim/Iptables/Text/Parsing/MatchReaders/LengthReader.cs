using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class LengthReader : ExtensionReader<Match>
{
    private LengthMatch? _match;

    public override bool TryOption(Arguments arguments)
    {
        if (arguments.Option != "--length") return false;
        string value = arguments.Value();
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        ushort first = colon == 0 ? (ushort)0 : Bytes(arguments, colon < 0 ? value : value[..colon]);
        ushort last = colon < 0 ? first : colon == value.Length - 1 ? ushort.MaxValue : Bytes(arguments, value[(colon + 1)..]);
        _match = new LengthMatch(first, last, arguments.Inverted);
        return true;
    }

    public override Match Finish(Arguments arguments) => _match ?? throw arguments.Error("length: option \"--length\" must be specified");

    private static ushort Bytes(Arguments arguments, string text) => Arguments.TryNumber(text, out uint bytes) && bytes <= ushort.MaxValue
        ? (ushort)bytes
        : throw arguments.ValueError("length: bad value for option \"--length\", or out of range (0-65535).");
}
