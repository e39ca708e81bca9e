using System.Globalization;
using NodePortSim.Iptables;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Makes lines of a hop's steps.</summary>
internal static class TraceSteps
{
    /// <summary>One line for each step.</summary>
    public static IEnumerable<TraceLine> All(TraceHop hop) => hop.Steps.Select(static step => step switch
    {
        RuleStep rule => new TraceLine(
            $"{rule.Table.Name()} {Place(rule)}",
            rule.Matched ? "matched" : $"no: {rule.FailedMatch}",
            rule.Explanation is null ? rule.Rule : $"{rule.Rule}  ({rule.Explanation})"),
        ConntrackStep conntrack => new TraceLine($"{TraceStepJson.HookName(conntrack.Hook)} conntrack", conntrack.State, conntrack.Entry),
        DrawStep draw => new TraceLine($"{draw.Chain}[{draw.Number}]", Drawn(draw), ""),
        PolicyStep policy => new TraceLine($"{policy.Table.Name()} {policy.Chain}", $"policy {policy.Policy.ToString().ToUpperInvariant()}", ""),
        ConfirmStep confirm => new TraceLine($"{TraceStepJson.HookName(confirm.Hook)} conntrack", "entry confirmed", confirm.Entry),
        RouteStep { Type: "local" } => new TraceLine("route", "local", ""),
        _ => Other(step)!,
    });

    /// <summary>The steps that mattered: rules that matched and were more than a jump to others, with the rewrite or draw that belongs to them.</summary>
    public static IReadOnlyList<TraceLine> Deciding(TraceHop hop)
    {
        var lines = new List<TraceLine>();
        string path = "";
        int notTaken = 0;
        DrawStep? draw = null;
        bool isNat = false;
        for (int i = 0; i < hop.Steps.Count; i++)
        {
            switch (hop.Steps[i])
            {
                case DrawStep drawn:
                    if (drawn.Drawn < drawn.Probability) draw = drawn;
                    else notTaken++;
                    break;
                case RuleStep { Matched: true } rule:
                    RuleTarget target = RuleTarget.Of(rule);
                    if (target.Weight == RuleWeight.Silent) break;
                    if (target.Weight == RuleWeight.Passage)
                    {
                        path += $"{Place(rule)} > ";
                        break;
                    }

                    string effect = target.IsMarkMasquerade ? MarkOf(hop, i) : draw is not null ? Drawn(draw) : target.Effect;
                    if (notTaken > 0) effect += $", after {notTaken} not taken";
                    // What kube-proxy did not write, speaks for itself.
                    lines.Add(new TraceLine(path + Place(rule), effect, rule.Explanation ?? rule.Rule));
                    (path, notTaken, draw, isNat) = ("", 0, null, target.IsNat);
                    break;
                case RewriteStep rewrite when isNat:
                    lines[^1] = lines[^1] with { What = Rewrite(rewrite), Why = lines[^1].Why.Length > 0 ? lines[^1].Why : rewrite.By };
                    isNat = false;
                    break;
                case PolicyStep { Policy: ChainPolicy.Drop } policy:
                    lines.Add(new TraceLine($"{policy.Table.Name()} {policy.Chain}", "policy DROP", ""));
                    break;
                default:
                    if (Other(hop.Steps[i]) is { } line) lines.Add(line);
                    break;
            }
        }

        return lines;
    }

    /// <summary>A probability as a fraction where it is one: <c>1/3</c>.</summary>
    internal static string Probability(double probability)
    {
        double whole = Math.Round(1 / probability);
        return Math.Abs(probability - (1 / whole)) < 1e-6
            ? string.Create(CultureInfo.InvariantCulture, $"1/{whole}")
            : probability.ToString("0.###", CultureInfo.InvariantCulture);
    }

    private static TraceLine? Other(TraceStep step) => step switch
    {
        RewriteStep rewrite => new TraceLine(rewrite.By, Rewrite(rewrite), rewrite.By == "conntrack" ? "as the connection's entry says" : ""),
        RouteStep { NextHop: { } next } route => new TraceLine(route.Network is { } network ? $"route {Network(network)}" : "route", $"{route.OutInterface} via {next}", ""),
        RouteStep { OutInterface.Length: > 0 } route when route.Type != "local" => new TraceLine("route", $"{route.Type} {route.OutInterface}", ""),
        RouteStep { Type: "local" } => null,
        RouteStep route => new TraceLine("route", route.Type, ""),
        DeliveredStep delivered => new TraceLine("delivered", $"to {delivered.Socket}", ""),
        AnsweredStep answered => new TraceLine("answered", answered.Answer, ""),
        EndStep end => new TraceLine("ended", end.Reason.ToString(), end.Explanation),
        _ => null,
    };

    private static string Network(IpCidr network) => network.PrefixLength == 0 ? "default" : network.ToString();

    private static string Place(RuleStep rule) => string.Create(CultureInfo.InvariantCulture, $"{rule.Chain}[{rule.Number}]");

    private static string Drawn(DrawStep draw) => string.Create(
        CultureInfo.InvariantCulture, $"p {Probability(draw.Probability)}, drew {draw.Drawn:0.00}: {(draw.Drawn < draw.Probability ? "taken" : "not taken")}");

    private static string Rewrite(RewriteStep rewrite)
    {
        var parts = new List<string>(2);
        (string before, string after) = (PacketText.Source(rewrite.Before), PacketText.Source(rewrite.After));
        if (before != after) parts.Add($"src {before} => {after}");
        (before, after) = (PacketText.Destination(rewrite.Before), PacketText.Destination(rewrite.After));
        if (before != after) parts.Add($"dst {before} => {after}");
        return string.Join(", ", parts);
    }

    // The mark that KUBE-MARK-MASQ sets, from the rule that follows the jump.
    private static string MarkOf(TraceHop hop, int jump)
    {
        for (int i = jump + 1; i < hop.Steps.Count; i++)
            if (hop.Steps[i] is RuleStep { Matched: true } rule) return RuleTarget.Of(rule) is { Mark: { } mark } ? $"mark {mark}" : "mark";
        return "mark";
    }
}
