using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class LimitReader : ExtensionReader<Match>
{
    private uint _period = LimitMatch.Rate(3, 3600).Period;
    private uint _burst = 5;

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--limit":
                arguments.NotInverted();
                _period = Period(arguments);
                return true;
            case "--limit-burst":
                arguments.NotInverted();
                _burst = arguments.Number("limit", 0, 10_000);
                return true;
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments) => new LimitMatch(_period, _burst);

    private static uint Period(Arguments arguments)
    {
        string value = arguments.Value();
        int slash = value.IndexOf('/', StringComparison.Ordinal);
        string unit = slash < 0 ? "second" : value[(slash + 1)..];
        uint seconds = unit.Length == 0 ? 0u
            : "second".StartsWith(unit, StringComparison.OrdinalIgnoreCase) ? 1u
            : "minute".StartsWith(unit, StringComparison.OrdinalIgnoreCase) ? 60u
            : "hour".StartsWith(unit, StringComparison.OrdinalIgnoreCase) ? 3_600u
            : "day".StartsWith(unit, StringComparison.OrdinalIgnoreCase) ? 86_400u : 0u;
        if (seconds == 0 || !uint.TryParse(slash < 0 ? value : value[..slash], out uint count) || count == 0)
        {
            throw arguments.ValueError($"bad rate \"{value}\"'");
        }

        uint period = LimitMatch.Rate(count, seconds).Period;
        return period > 0 ? period : throw arguments.ValueError($"Rate too fast \"{value}\"");
    }
}
