using System.Text.Json;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Conformance;

/// <summary>
/// Every recorded flow: of 12 connections of a real kernel, how many had which outcome, and which pod saw which peer address. The simulator must
/// show all that the kernel showed, and nothing that the kernel would have shown in its tries with near certainty.
/// </summary>
/// <remarks>
/// With session affinity a client's pod is one draw, which the recording's 12 connections share: there the simulator draws many times, and of what it shows
/// beyond the kernel's one draw nothing can be said. What cannot agree is listed, flow by flow and with its reason, in <see cref="UnmetFlows"/>.
/// </remarks>
public sealed class KernelFlowTests
{
    /// <summary>The connections of a flow, which are made until all is seen that the kernel showed: of thirty endpoints one may be long in coming.</summary>
    private const int Connections = 100;

    private const int MaxConnections = 300;

    /// <summary>How often a client with affinity chooses anew.</summary>
    private const int Draws = 200;

    /// <summary>The connections of the first draw, as many as the kernel's one: they show what limits of ICMP errors do.</summary>
    private const int ConnectionsOfFirstDraw = 12;

    /// <summary>After it every affinity is forgotten: the API allows a day at the most.</summary>
    private static readonly TimeSpan PastAffinity = TimeSpan.FromSeconds(86_401);

    /// <summary>An outcome of this small a chance to be missing from the kernel's tries counts as a difference.</summary>
    private const double NearCertainty = 1e-4;

    public static TheoryData<string> Cases =>
        [.. ConformanceCases.All.Where(static c => c.Files.ContainsKey("flows.json")).Select(static c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outcomes_and_peers_are_those_of_the_kernel(string name)
    {
        (string Flow, string Text)[] differences = [.. Compare(name)];
        string[] unmet = [.. UnmetFlows.Of(name)];
        differences.Where(d => !unmet.Contains(d.Flow)).Select(static d => d.Text).Should().BeEmpty();
        unmet.Except(differences.Select(static d => d.Flow)).Should().BeEmpty("what agrees needs no excuse");
    }

    private static IEnumerable<(string Flow, string Text)> Compare(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        Simulator simulator = Simulate(recorded);
        foreach (RecordedFlow flow in JsonSerializer.Deserialize<RecordedFlow[]>(recorded.Flows, JsonSerializerOptions.Web)!)
        {
            bool affinity = simulator.Cluster.State.Services.Values.Any(s => s.Spec.SessionAffinity == SessionAffinity.ClientIP && IsFor(flow, s));
            List<Connection> connections = affinity ? Draw(simulator, flow) : ConnectUntilAllIsSeen(simulator, flow);
            foreach (string text in Differences(flow, connections, affinity)) yield return (flow.ToString(), text);
        }
    }

    private static Simulator Simulate(ConformanceCase recorded)
    {
        var simulator = new Simulator(new SimulatorOptions { Seed = 5 });
        string manifests = recorded.States.Last() + "\n---\n" + recorded.Hosts;
        simulator.Apply(ManifestReader.ReadText(manifests, recorded.Name)).ThrowIfErrors();
        return simulator;
    }

    private static List<Connection> Connect(Simulator simulator, RecordedFlow flow, int count)
    {
        foreach (SimulatedNode node in simulator.Nodes) node.Conntrack.Flush();
        var options = new ConnectOptions { Protocol = flow.Protocol == "udp" ? Protocol.Udp : Protocol.Tcp };
        return [.. simulator.Host(flow.From).ConnectMany(flow.To, count, options)];
    }

    private static List<Connection> ConnectUntilAllIsSeen(Simulator simulator, RecordedFlow flow)
    {
        List<Connection> connections = Connect(simulator, flow, Connections);
        while (connections.Count < MaxConnections && Missing(flow, connections).Any()) connections.AddRange(Connect(simulator, flow, Connections));
        return connections;
    }

    private static List<Connection> Draw(Simulator simulator, RecordedFlow flow)
    {
        var connections = new List<Connection>(Draws + ConnectionsOfFirstDraw);
        for (int i = 0; i < Draws; i++)
        {
            simulator.Advance(PastAffinity);
            connections.AddRange(Connect(simulator, flow, i == 0 ? ConnectionsOfFirstDraw : 1));
        }

        return connections;
    }

    private static bool IsFor(RecordedFlow flow, Service service)
    {
        var to = IpEndpoint.Parse(flow.To);
        string address = to.Address.ToString();
        return service.Spec.Ports.Any(p => string.Equals(p.Protocol.ToString(), flow.Protocol, StringComparison.OrdinalIgnoreCase)
            && (p.NodePort == to.Port || (p.Port == to.Port && IsAddressOf(service, address))));
    }

    private static bool IsAddressOf(Service service, string address) =>
        service.Spec.ClusterIPs.Contains(address) || service.Spec.ExternalIPs.Contains(address) || service.Status.LoadBalancerIngress.Any(i => i.Ip == address);

    private static IEnumerable<string> Differences(RecordedFlow flow, List<Connection> connections, bool affinity) =>
        affinity ? Missing(flow, connections) : Missing(flow, connections).Concat(TooMuch(flow, connections));

    /// <summary>What the kernel showed and the simulator did not.</summary>
    private static IEnumerable<string> Missing(RecordedFlow flow, List<Connection> connections)
    {
        Dictionary<string, int> outcomes = OutcomesOf(connections);
        Dictionary<(string, string), int> seen = SeenBy(connections);
        foreach (string outcome in flow.Outcomes.Keys)
            if (!outcomes.ContainsKey(outcome)) yield return $"{flow}: kernel {outcome}, simulator {string.Join(',', outcomes.Keys)} ({connections[0].Explanation})";
        foreach (RecordedPeer pair in flow.Seen)
            if (!seen.ContainsKey((pair.Pod, pair.Peer))) yield return $"{flow}: kernel {pair.Pod} saw {pair.Peer}";
    }

    /// <summary>What the simulator showed and the kernel would have shown with near certainty.</summary>
    private static IEnumerable<string> TooMuch(RecordedFlow flow, List<Connection> connections)
    {
        int tries = flow.Outcomes.Values.Sum();
        HashSet<(string, string)> expected = [.. flow.Seen.Select(static s => (s.Pod, s.Peer))];
        foreach ((string outcome, int count) in OutcomesOf(connections))
            if (!flow.Outcomes.ContainsKey(outcome) && IsCertain(count, connections.Count, tries)) yield return $"{flow}: simulator {outcome} {count}";
        foreach (((string Pod, string Peer) pair, int count) in SeenBy(connections))
            if (!expected.Contains(pair) && IsCertain(count, connections.Count, tries)) yield return $"{flow}: simulator {pair.Pod} saw {pair.Peer} {count}";
    }

    private static Dictionary<string, int> OutcomesOf(List<Connection> connections) =>
        connections.CountBy(static c => c.Outcome.ToString().ToLowerInvariant()).ToDictionary();

    private static Dictionary<(string, string), int> SeenBy(List<Connection> connections) => connections
        .Where(static c => c.Outcome == Outcome.Connected)
        .CountBy(static c => (c.Pod!.Split('/')[^1], c.PeerSeenByBackend!.Value.Address.ToString()))
        .ToDictionary();

    private static bool IsCertain(int count, int of, int tries) => Math.Pow(1 - (double)count / of, tries) < NearCertainty;

    private sealed record RecordedFlow(string From, string Protocol, string To, Dictionary<string, int> Outcomes, RecordedPeer[] Seen)
    {
        public override string ToString() => $"{From} {Protocol} {To}";
    }

    private sealed record RecordedPeer(string Pod, string Peer, int Count);
}
