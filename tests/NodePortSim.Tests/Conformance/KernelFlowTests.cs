using System.Text.Json;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Conformance;

/// <summary>
/// Every recorded flow: of 12 connections of a real kernel, how many had which outcome, and which pod saw which peer address. The simulator must
/// show all that the kernel showed, and nothing that the kernel would have shown in its tries with near certainty.
/// </summary>
public sealed class KernelFlowTests
{
    private const int Connections = 300;
    private const int SeedsWithAffinity = 25;
    private const int ConnectionsWithAffinity = 12;

    /// <summary>An outcome of this small a chance to be missing from the kernel's tries counts as a difference.</summary>
    private const double NearCertainty = 1e-4;

    public static TheoryData<string> Cases =>
        [.. ConformanceCases.All.Where(static c => c.Files.ContainsKey("flows.json")).Select(static c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outcomes_and_peers_are_those_of_the_kernel(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        RecordedFlow[] flows = JsonSerializer.Deserialize<RecordedFlow[]>(recorded.Flows, JsonSerializerOptions.Web)!;
        bool affinity = recorded.Files["cluster.yaml"].Contains("ClientIP", StringComparison.Ordinal);
        var simulated = flows.Select(static _ => new List<Connection>()).ToArray();
        for (ulong seed = 1; seed <= (affinity ? SeedsWithAffinity : 1UL); seed++)
        {
            Simulator simulator = Simulate(recorded, seed);
            for (int i = 0; i < flows.Length; i++)
            {
                foreach (SimulatedNode node in simulator.Nodes) node.Conntrack.Flush();
                var options = new ConnectOptions { Protocol = flows[i].Protocol == "udp" ? Protocol.Udp : Protocol.Tcp };
                simulated[i].AddRange(simulator.Host(flows[i].From).ConnectMany(flows[i].To, affinity ? ConnectionsWithAffinity : Connections, options));
            }
        }

        string[] differences = [.. flows.SelectMany((flow, i) => Differences(flow, simulated[i], affinity))];
        differences.Should().BeEmpty();
    }

    private static Simulator Simulate(ConformanceCase recorded, ulong seed)
    {
        var simulator = new Simulator(new SimulatorOptions { Seed = seed });
        string manifests = recorded.States.Last() + "\n---\n" + recorded.Hosts;
        simulator.Apply(ManifestReader.ReadText(manifests, recorded.Name)).ThrowIfErrors();
        return simulator;
    }

    private static IEnumerable<string> Differences(RecordedFlow flow, List<Connection> connections, bool affinity)
    {
        int tries = flow.Outcomes.Values.Sum();
        string what = $"{flow.From} {flow.Protocol} {flow.To}: ";
        Dictionary<string, int> outcomes = connections.CountBy(static c => c.Outcome.ToString().ToLowerInvariant()).ToDictionary();
        Dictionary<(string, string), int> seen = connections
            .Where(static c => c.Outcome == Outcome.Connected)
            .CountBy(static c => (c.Pod!.Split('/')[^1], c.PeerSeenByBackend!.Value.Address.ToString()))
            .ToDictionary();
        foreach (string outcome in flow.Outcomes.Keys)
            if (!outcomes.ContainsKey(outcome)) yield return $"{what}kernel {outcome}, simulator {string.Join(',', outcomes.Keys)} ({connections[0].Explanation})";
        foreach ((string outcome, int count) in outcomes)
            if (!flow.Outcomes.ContainsKey(outcome) && IsCertain(count, connections.Count, tries)) yield return $"{what}simulator {outcome} {count}";
        HashSet<(string, string)> expected = [.. flow.Seen.Select(static s => (s.Pod, s.Peer))];
        foreach ((string Pod, string Peer) pair in expected)
            if (!seen.ContainsKey(pair)) yield return $"{what}kernel {pair.Pod} saw {pair.Peer}";
        foreach (((string Pod, string Peer) pair, int count) in seen)
            if (!affinity && !expected.Contains(pair) && IsCertain(count, connections.Count, tries)) yield return $"{what}simulator {pair.Pod} saw {pair.Peer} {count}";
    }

    private static bool IsCertain(int count, int of, int tries) => Math.Pow(1 - (double)count / of, tries) < NearCertainty;

    private sealed record RecordedFlow(string From, string Protocol, string To, Dictionary<string, int> Outcomes, RecordedPeer[] Seen);

    private sealed record RecordedPeer(string Pod, string Peer, int Count);
}
