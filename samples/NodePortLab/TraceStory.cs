using NodePortSim.Simulation.Tracing;

namespace NodePortLab;

/// <summary>Tells a trace in its turning points: the rules that matched, with why they exist, rewrites, routes, and ends.</summary>
internal static class TraceStory
{
    public static void Tell(Trace trace, LabPage page)
    {
        foreach (TraceHop hop in trace.Hops)
        {
            page.Line("");
            page.Line($"{(hop.IsAnswer ? "<-" : "->")} {hop.Host}{(hop.InInterface is { } name ? $", in by {name}" : "")}: {hop.Packet.Tuple}");
            foreach (string? line in hop.Steps.Select(Line))
                if (line is not null) page.Line($"     {line}");
        }
    }

    private static string? Line(TraceStep step) => step switch
    {
        RuleStep { Matched: true } rule => $"{rule.Hook} {rule.Table} {rule.Chain} rule {rule.Number}: {rule.Rule}{(rule.Explanation is { } why ? $"\n         {why}" : "")}",
        DrawStep draw => $"drew {draw.Drawn:0.000} against {draw.Probability:0.000}",
        RewriteStep rewrite => $"{rewrite.By}: {rewrite.Before} becomes {rewrite.After}",
        ConntrackStep conntrack => $"conntrack: {conntrack.State}",
        RouteStep route => $"route: {route.Type} {route.OutInterface} {route.NextHop}",
        DeliveredStep delivered => $"delivered to {delivered.Socket}",
        AnsweredStep answered => $"answers: {answered.Answer}",
        EndStep end => $"ends: {end.Explanation}",
        _ => null,
    };
}
