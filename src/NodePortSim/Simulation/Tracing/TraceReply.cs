using System.Text;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Tells an answer's way back in one line: where it was translated, and into what.</summary>
internal static class TraceReply
{
    /// <summary>Whether the way back is one that a line tells: it reached the client, and no host ended it.</summary>
    public static bool IsPlain(Trace trace)
    {
        TraceHop[] hops = [.. trace.WayBack];
        return hops.Length > 0 && hops[^1].Host == trace.Connection.From
            && !hops.SelectMany(static hop => hop.Steps).Any(static step => step is EndStep or AnsweredStep);
    }

    /// <summary><c>TCP SYN,ACK 10.10.3.3:8080 > 172.18.0.4:53714, translated back on NODE => 172.18.0.4:30682 > 172.18.0.100:40001</c>.</summary>
    public static string Of(Trace trace)
    {
        TraceHop[] hops = [.. trace.WayBack];
        var text = new StringBuilder(PacketText.Of(hops[0].Packet));
        foreach (TraceHop hop in hops)
        {
            if (hop.Steps.OfType<RewriteStep>().LastOrDefault() is not { } last) continue;
            text.Append(", translated back on ").Append(hop.Host).Append(" => ").Append(PacketText.Source(last.After)).Append(" > ").Append(PacketText.Destination(last.After));
        }

        return text.ToString();
    }
}
