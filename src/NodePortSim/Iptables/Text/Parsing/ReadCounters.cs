using System.Globalization;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>The counters that stood in a text.</summary>
internal sealed class ReadCounters : IRuleCounters
{
    private readonly Dictionary<(IptablesTable Table, string Chain, int Rule), RuleCounter> _counters = [];

    public RuleCounter OfRule(IptablesTable table, string chain, int ruleIndex) => _counters.GetValueOrDefault((table, chain, ruleIndex));

    public RuleCounter OfPolicy(IptablesTable table, string chain) => _counters.GetValueOrDefault((table, chain, -1));

    public void SetRule(IptablesTable table, string chain, int ruleIndex, RuleCounter counter)
    {
        if (counter != default) _counters[(table, chain, ruleIndex)] = counter;
    }

    public void SetPolicy(IptablesTable table, string chain, RuleCounter counter) => SetRule(table, chain, -1, counter);

    /// <summary>Reads <c>[packets:bytes]</c>.</summary>
    public static RuleCounter? Parse(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(':');
        if (colon < 1 || text[0] != '[' || text[^1] != ']') return null;
        return ulong.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out ulong packets) &&
            ulong.TryParse(text[(colon + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes)
            ? new RuleCounter(packets, bytes)
            : null;
    }
}
