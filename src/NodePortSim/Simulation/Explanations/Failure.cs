using NodePortSim.Network;

namespace NodePortSim.Simulation.Explanations;

/// <summary>Says why a connection failed, from what the network saw of it.</summary>
internal static class Failure
{
    public static Connection Explain(Connection connection, FlowWatch watch, OutcomeExplainer explainer)
    {
        // What the client sees first is an answer from an address that it never wrote to; all that follows is the consequence.
        if (watch.BackendHost is not null && watch.ClosedHost is { } stranger && stranger.Name == connection.From)
        {
            return connection with
            {
                Reason = OutcomeReason.AnswerNotTranslated,
                At = new OutcomePlace(stranger.Name),
                Explanation = $"{watch.Backend!.Name} answered {watch.BackendTuple.Destination} directly, past the node that translated the request: {stranger.Name} does not know the answer",
            };
        }

        // A closed port answers for itself, unless an earlier end of a packet is the cause of what the client saw.
        if (watch.ClosedHost is { } closed && connection.Outcome is Outcome.Refused && watch.EndHost is null)
        {
            return connection with
            {
                Reason = OutcomeReason.PortClosed,
                At = new OutcomePlace(closed.Name),
                Explanation = $"nothing listens on port {watch.EndPacket.DestinationPort}/{connection.Protocol.ToString().ToLowerInvariant()} of {closed.Name}",
            };
        }

        if (watch.EndHost is { } host)
        {
            (OutcomeReason reason, OutcomePlace at, string explanation) = explainer.WhyEnded(host, watch.End, watch.EndPacket);
            if (watch.BackendHost is not null && reason == OutcomeReason.InvalidState)
                (reason, explanation) = (OutcomeReason.AnswerNotTranslated, $"{watch.Backend!.Name} answered {watch.BackendTuple.Destination} directly, past the node that translated the request; {explanation}");
            if (connection.Outcome == Outcome.Timeout && watch.ErrorOverlooked)
                explanation = $"{explanation}; {connection.From} was told by ICMPv6 while connect() still held its socket, and IPv6's TCP overlooks that: the second SYN's error would refuse it after 1 s";
            else if (connection.Outcome == Outcome.Timeout && watch.End.Verdict.Result == Netfilter.HookResult.Reject && watch.IsTold && watch.BackendHost is null)
                explanation = $"{explanation}; {connection.From} was told, but its socket overlooks that error and waits on";
            else if (connection.Outcome == Outcome.Timeout && watch.IsWithheld && !watch.IsTold)
                (reason, explanation) = (OutcomeReason.IcmpRateLimited, $"{explanation}; {host.Name} has used up its ICMP allowance for {watch.EndPacket.Source}, so nothing was answered");
            return connection with { Reason = reason, At = at, Explanation = explanation };
        }

        return connection with { Reason = OutcomeReason.NoAnswer, Explanation = "nothing came back", At = null };
    }
}
