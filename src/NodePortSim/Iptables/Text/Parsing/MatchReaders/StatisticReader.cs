using System.Globalization;
using NodePortSim.Iptables.Matches;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class StatisticReader : ExtensionReader<Match>
{
    private string? _mode;
    private double? _probability;
    private uint? _every;
    private uint? _packet;
    private bool _inverted;

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--mode":
                _mode = arguments.Value();
                if (_mode is not ("random" or "nth")) throw arguments.ValueError($"Bad mode \"{_mode}\"");
                return true;
            case "--probability":
                _inverted = arguments.Inverted;
                if (!double.TryParse(arguments.Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out double probability) || probability is not (>= 0 and <= 1))
                {
                    throw arguments.ValueError("statistic: bad value for option \"--probability\", or out of range (0-1).");
                }

                _probability = probability;
                return true;
            case "--every":
                _inverted = arguments.Inverted;
                _every = arguments.Number("statistic", 1);
                return true;
            case "--packet":
                _packet = arguments.Number("statistic");
                return true;
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments)
    {
        if (_mode is null) throw arguments.Error("statistic: option \"--mode\" must be specified");
        if (_mode == "random")
        {
            return new StatisticMatch(_probability ?? throw arguments.Error("--probability must be specified when using random mode"), _inverted);
        }

        uint every = _every ?? throw arguments.Error("--every must be specified when using nth mode");
        uint packet = _packet ?? throw arguments.Error("statistic: option \"--every\" also requires \"--packet\".");
        if (packet >= every) throw arguments.Error("the --packet p must be 0 <= p <= n-1");
        return new NthMatch(every, packet, _inverted);
    }
}
