using System.Text.Json;
using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Netfilter;
using NodePortSim.Simulation.Reports;

namespace NodePortSim.Simulation.Tracing;

/// <summary>Writes the steps of a trace as JSON objects; their property <c>step</c> tells them apart.</summary>
internal static class TraceStepJson
{
    public static void Write(Utf8JsonWriter json, TraceStep step)
    {
        json.WriteStartObject();
        switch (step)
        {
            case RuleStep rule:
                WriteRule(json, rule);
                break;
            case ConntrackStep conntrack:
                Begin(json, "conntrack", conntrack.Hook);
                json.WriteString("state", conntrack.State);
                json.WriteString("entry", conntrack.Entry);
                break;
            case DrawStep draw:
                json.WriteString("step", "draw");
                json.WriteString("chain", draw.Chain);
                json.WriteNumber("number", draw.Number);
                json.WriteNumber("probability", draw.Probability);
                json.WriteNumber("drawn", draw.Drawn);
                break;
            case PolicyStep policy:
                Begin(json, "policy", policy.Hook);
                json.WriteString("table", policy.Table.Name());
                json.WriteString("chain", policy.Chain);
                json.WriteString("policy", policy.Policy.ToString().ToUpperInvariant());
                break;
            case RewriteStep rewrite:
                Begin(json, "rewrite", rewrite.Hook);
                json.WriteString("by", rewrite.By);
                WriteFlow(json, "before", rewrite.Before);
                WriteFlow(json, "after", rewrite.After);
                break;
            case RouteStep route:
                json.WriteString("step", "route");
                json.WriteString("type", route.Type);
                if (route.OutInterface.Length > 0) json.WriteString("outInterface", route.OutInterface);
                json.WriteIfPresent("nextHop", route.NextHop?.ToString());
                json.WriteIfPresent("network", route.Network?.ToString());
                break;
            case ConfirmStep confirm:
                Begin(json, "confirm", confirm.Hook);
                json.WriteString("entry", confirm.Entry);
                break;
            case DeliveredStep delivered:
                json.WriteString("step", "delivered");
                json.WriteString("socket", delivered.Socket);
                break;
            case AnsweredStep answered:
                json.WriteString("step", "answered");
                json.WriteString("answer", answered.Answer);
                break;
            case EndStep end:
                json.WriteString("step", "end");
                json.WriteString("reason", end.Reason.ToString());
                ConnectionSeriesJson.Write(json, end.At);
                json.WriteString("explanation", end.Explanation);
                break;
            default:
                throw new NotSupportedException($"No JSON for {step.GetType().Name}");
        }

        json.WriteEndObject();
    }

    public static void WriteFlow(Utf8JsonWriter json, string name, in FlowTuple flow)
    {
        json.WriteStartObject(name);
        WriteFlow(json, flow);
        json.WriteEndObject();
    }

    /// <summary>Writes a flow's fields into the object at hand.</summary>
    public static void WriteFlow(Utf8JsonWriter json, in FlowTuple flow)
    {
        json.WriteString("protocol", flow.Protocol.LowerName());
        json.WriteString("source", flow.Source.ToString());
        json.WriteString("destination", flow.Destination.ToString());
        if (flow.Protocol.HasPorts())
        {
            json.WriteNumber("sourcePort", flow.SourcePort);
            json.WriteNumber("destinationPort", flow.DestinationPort);
        }
        else if (flow.Protocol is Protocol.Icmp or Protocol.IcmpV6)
        {
            json.WriteNumber("icmpType", flow.IcmpType);
            json.WriteNumber("icmpCode", flow.IcmpCode);
        }
    }

    private static void Begin(Utf8JsonWriter json, string step, Hook hook)
    {
        json.WriteString("step", step);
        json.WriteString("hook", HookName(hook));
    }

    private static void WriteRule(Utf8JsonWriter json, RuleStep rule)
    {
        Begin(json, "rule", rule.Hook);
        json.WriteString("table", rule.Table.Name());
        json.WriteString("chain", rule.Chain);
        json.WriteNumber("number", rule.Number);
        json.WriteString("rule", rule.Rule);
        json.WriteBoolean("matched", rule.Matched);
        json.WriteIfPresent("failedMatch", rule.FailedMatch);
        json.WriteIfPresent("explanation", rule.Explanation);
    }

    /// <summary>The hook's name as iptables has it: <c>PREROUTING</c>.</summary>
    internal static string HookName(Hook hook) => hook.ToString().ToUpperInvariant();
}
