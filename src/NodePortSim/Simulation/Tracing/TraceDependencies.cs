using System.Globalization;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Says what a packet's fate depended on: the fields that matched rules tested, and what chance decided.</summary>
internal static class TraceDependencies
{
    // What an option of a rule tests, in the order of mention.
    private static readonly (string Option, string Field)[] Fields =
    [
        (" -d ", "destination address"),
        ("--dport", "destination port"),
        (" -p ", "protocol"),
        (" -s ", "source address"),
        ("--sport", "source port"),
        ("--dst-type", "destination being an address of the node"),
        ("--src-type", "source being an address of the node"),
        ("--rsource", "earlier connections of the client"),
    ];

    public static string Of(Trace trace, ulong? seed)
    {
        RuleStep[] matched = [.. trace.WayThere.SelectMany(static hop => hop.Steps).OfType<RuleStep>().Where(static rule => rule.Matched)];
        var parts = new List<string>();
        string tested = string.Join(", ", Fields.Where(field => matched.Any(rule => $" {rule.Rule}".Contains(field.Option, StringComparison.Ordinal))).Select(static field => field.Field));
        tested = tested.Replace("destination address, destination port", "destination address and port", StringComparison.Ordinal);
        if (tested.Length > 0) parts.Add(tested);
        string[] chances = [.. Chances(trace, matched)];
        if (chances.Length > 0) parts.Add(string.Join(", ", chances) + (seed is { } value ? string.Create(CultureInfo.InvariantCulture, $", seed {value}") : ""));
        return parts.Count > 0 ? string.Join("; ", parts) : "no rule: none matched";
    }

    private static IEnumerable<string> Chances(Trace trace, RuleStep[] matched)
    {
        int number = 0;
        foreach (DrawStep draw in trace.Hops.SelectMany(static hop => hop.Steps).OfType<DrawStep>())
            yield return string.Create(CultureInfo.InvariantCulture, $"draw {++number} ({draw.Chain}[{draw.Number}], p {TraceSteps.Probability(draw.Probability)})");
        if (matched.Any(static rule => rule.Rule.Contains("--random", StringComparison.Ordinal)))
            yield return string.Create(CultureInfo.InvariantCulture, $"draw {++number} (source port)");
    }
}
