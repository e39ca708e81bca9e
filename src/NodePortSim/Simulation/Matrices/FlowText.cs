using System.Globalization;
using NodePortSim.Net;
using NodePortSim.Simulation.Exploration;

namespace NodePortSim.Simulation.Matrices;

/// <summary>The words for flows and outcomes that all texts share.</summary>
internal static class FlowText
{
    /// <summary>The class as JSON names it.</summary>
    public static string Name(ClientClass client) => client switch
    {
        ClientClass.External => "external",
        ClientClass.Node => "node",
        ClientClass.OtherNode => "otherNode",
        ClientClass.PodOnNode => "podOnNode",
        ClientClass.PodElsewhere => "podElsewhere",
        _ => "backend",
    };

    /// <summary>The kind as JSON names it.</summary>
    public static string Name(TargetKind kind) => kind switch
    {
        TargetKind.ClusterIP => "clusterIP",
        TargetKind.NodePort => "nodePort",
        TargetKind.ExternalIP => "externalIP",
        _ => "loadBalancer",
    };

    /// <summary>The address: <c>nodePort 172.18.0.4:30682 of worker</c>.</summary>
    public static string Target(FlowKey key) => key.Kind == TargetKind.NodePort ? $"{Name(key.Kind)} {key.To} of {key.Node}" : $"{Name(key.Kind)} {key.To}";

    /// <summary>The service port with its protocol.</summary>
    public static string Service(FlowKey key) => $"{key.ServicePort} ({key.Protocol.LowerName()})";

    /// <summary>The client: its name, and what it is to the flow's node where the name does not say it.</summary>
    public static string Client(FlowKey key, string from) => key.Client switch
    {
        ClientClass.Node when key.Kind == TargetKind.NodePort => $"{from} itself",
        ClientClass.Backend => $"backend {from}",
        _ => from,
    };

    /// <summary>A probability in percent: <c>100%</c>, <c>33.3%</c>.</summary>
    public static string Percent(double probability) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(probability * 100, 1, MidpointRounding.AwayFromZero)}%");

    /// <summary>Who serves: <c>default/web-1 (10.10.3.3:8080 on worker3)</c>.</summary>
    public static string Server(ExploredOutcome outcome) => outcome switch
    {
        { Pod: null } => $"{outcome.Backend}",
        { Node: null } => $"{outcome.Pod} ({outcome.Backend})",
        _ => $"{outcome.Pod} ({outcome.Backend} on {outcome.Node})",
    };

    /// <summary>Whom the backend sees: an address, and whether it is the client's own.</summary>
    public static string Peer(ExploredOutcome outcome) => outcome.SeesClient ? $"{outcome.PeerAddress}, the client" : $"{outcome.PeerAddress}";

    /// <summary>What comes of it, beside the name of the outcome.</summary>
    public static string What(ExploredOutcome outcome) => outcome.Outcome == Outcome.Connected
        ? $"{Server(outcome)} sees {Peer(outcome)}"
        : $"{outcome.Reason}: {outcome.Explanation}";
}
