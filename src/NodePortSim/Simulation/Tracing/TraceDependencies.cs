using System.Globalization;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Says what a packet's fate depended on: the fields that matched rules tested, and what chance decided.</summary>
internal static class TraceDependencies
{
    // What an option of a rule tests, in the order of mention.
    private static readonly (string Option, string Field)[] Fields =
    [
        (" -d ", "destination address"),
        ("--dst-type", "destination address"),
        ("--dport", "destination port"),
        (" -p ", "protocol"),
        (" -s ", "source address"),
        ("--src-type", "source address"),
        ("--sport", "source port"),
        ("--rsource", "earlier connections of the client"),
    ];

    public static string Of(Trace trace, ulong? seed)
    {
        RuleStep[] tried = [.. trace.WayThere.SelectMany(static hop => hop.Steps).OfType<RuleStep>()];
        RuleStep[] matched = [.. tried.Where(static rule => rule.Matched)];
        var parts = new List<string>();
        string tested = string.Join(", ", Fields.Where(field => tried.Any(rule => Tests(rule, field.Option))).Select(static field => field.Field).Distinct());
        tested = tested.Replace("destination address, destination port", "destination address and port", StringComparison.Ordinal);
        if (tested.Length > 0) parts.Add(tested);
        string[] chances = [.. Chances(trace, matched)];
        if (chances.Length > 0) parts.Add(string.Join(", ", chances) + (seed is { } value ? string.Create(CultureInfo.InvariantCulture, $", seed {value}") : ""));
        return parts.Count > 0 ? string.Join("; ", parts) : "no rule: none matched";
    }

    /// <summary>Whether a field decided about a rule: it is one of those that held, or the one that did not.</summary>
    private static bool Tests(RuleStep rule, string option) => $" {rule.FailedMatch ?? rule.Rule} ".Contains(option, StringComparison.Ordinal);

    /// <summary>What a draw of a rule is about.</summary>
    private static string Subject(DrawStep draw) =>
        draw.Chain.StartsWith("KUBE-SV", StringComparison.Ordinal) ? "endpoint" : string.Create(CultureInfo.InvariantCulture, $"{draw.Chain}[{draw.Number}]");

    private static IEnumerable<string> Chances(Trace trace, RuleStep[] matched)
    {
        int number = 0;
        foreach (DrawStep draw in trace.Hops.SelectMany(static hop => hop.Steps).OfType<DrawStep>())
            yield return string.Create(CultureInfo.InvariantCulture, $"draw {++number} ({Subject(draw)}, p {TraceSteps.Probability(draw.Probability)})");
        if (matched.Any(static rule => rule.Rule.Contains("--random", StringComparison.Ordinal)))
            yield return string.Create(CultureInfo.InvariantCulture, $"draw {++number} (source port)");
    }
}
