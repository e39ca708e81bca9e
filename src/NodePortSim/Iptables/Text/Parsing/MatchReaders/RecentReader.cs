using NodePortSim.Iptables.Matches;
using NodePortSim.Net;

namespace NodePortSim.Iptables.Text.Parsing.MatchReaders;

internal sealed class RecentReader : ExtensionReader<Match>
{
    private RecentMode? _mode;
    private bool _inverted;
    private string _name = "DEFAULT";
    private int? _seconds;
    private bool _reap;

    public override bool TryOption(Arguments arguments)
    {
        switch (arguments.Option)
        {
            case "--set":
                SetMode(arguments, RecentMode.Set);
                return true;
            case "--rcheck":
                SetMode(arguments, RecentMode.Check);
                return true;
            case "--update":
                SetMode(arguments, RecentMode.Update);
                return true;
            case "--remove":
                SetMode(arguments, RecentMode.Remove);
                return true;
            case "--name":
                _name = arguments.Name("list");
                return true;
            case "--seconds":
                _seconds = (int)arguments.Number("recent", 1, int.MaxValue);
                return true;
            case "--reap":
                _reap = true;
                return true;
            case "--rsource":
                return true;
            case "--mask":
                CheckMask(arguments);
                return true;
            case "--hitcount" or "--rttl" or "--rdest":
                throw arguments.Error($"recent: \"{arguments.Option}\" is not supported");
            default:
                return false;
        }
    }

    public override Match Finish(Arguments arguments)
    {
        if (_mode is not { } mode) throw arguments.Error("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
        if (_reap && _seconds is null) throw arguments.Error("recent: option \"--reap\" also requires \"--seconds\".");
        if (_seconds is not null && mode is RecentMode.Set or RecentMode.Remove)
        {
            throw arguments.Error("recent: option \"--seconds\" needs \"--rcheck\" or \"--update\"");
        }

        return new RecentMatch(mode, _name) { Seconds = _seconds, Reap = _reap, Inverted = _inverted };
    }

    private void SetMode(Arguments arguments, RecentMode mode)
    {
        if (_mode is not null) throw arguments.Error("recent: only one of `--set', `--rcheck' `--update' or `--remove' may be set");
        _mode = mode;
        _inverted = arguments.Inverted;
    }

    private static void CheckMask(Arguments arguments)
    {
        IpAddr mask = arguments.Address(arguments.Value());
        bool full = mask.IsIPv4 ? mask.IPv4Bits == uint.MaxValue : (mask.High & mask.Low) == ulong.MaxValue;
        if (!full) throw arguments.ValueError("recent: a mask that leaves bits out is not supported");
    }
}
