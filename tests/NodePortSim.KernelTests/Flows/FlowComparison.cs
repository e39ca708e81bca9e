using NodePortSim.Clusters;
using NodePortSim.KernelTests.Labs;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests.Flows;

/// <summary>
/// Plays flows in the kernel and in the simulator. Chance decides differently on the two sides, so one connection of the kernel is looked at in
/// all that it left behind, and the simulator must come to exactly that within some tries; and many more connections are compared as a set of
/// outcomes, servers and peer addresses.
/// </summary>
internal sealed class FlowComparison : IDisposable
{
    private const int ObservedConnections = 2;
    private const int FurtherConnections = 40;
    private const int FurtherWithAffinity = 8;
    private const int Tries = 150;

    /// <summary>How often a connection that the machine's load disturbed is made anew before it is taken as it is.</summary>
    private const int SlowTries = 10;

    private const int SimulatedConnections = 300;
    private const int SeedsWithAffinity = 200;

    /// <summary>What the kernel would miss with less than this chance counts as a difference.</summary>
    private const double NearCertainty = 1e-6;

    /// <summary>The source ports of clients. Masquerading gives them others, 600 to 1023, so that a kept port never looks like a chosen one.</summary>
    private const ushort FirstSourcePort = 512;
    private const int SourcePorts = 88;

    private readonly SimulatedSide _simulated;
    private readonly KernelSide _kernel;
    private int _ports;

    /// <param name="manifests">The cluster.</param>
    /// <param name="rules">What is added to the rules of its nodes; null for nothing.</param>
    public FlowComparison(string manifests, FurtherRules? rules = null)
    {
        _simulated = new SimulatedSide(manifests, rules ?? FurtherRules.None);
        _kernel = new KernelSide(_simulated.Plan, _simulated.Reference);
    }

    public HostPlan Plan => _simulated.Plan;

    public Simulator Reference => _simulated.Reference;

    /// <summary>Rules that came back otherwise from the kernel than the simulator prints them.</summary>
    public IReadOnlyList<string> ChangedRules => _kernel.ChangedRules;

    public ComparisonTotals Totals { get; } = new();

    public void Dispose() => _kernel.Dispose();

    /// <summary>Compares one flow; its differences, none if all is equal.</summary>
    public IReadOnlyList<string> Compare(LabFlow flow)
    {
        var differences = new List<string>();
        var seen = new List<LabConnection>();
        _kernel.Forget(_simulated.HasAffinity);
        IReadOnlyList<NodeSnapshot> before = _kernel.Look(flow.To.Address.Family);
        for (int i = 0; i < (_simulated.HasAffinity ? 1 : ObservedConnections) && !seen.Exists(static one => one.Outcome == Outcome.Unreachable); i++)
        {
            if (i > 0) _kernel.Forget(affinity: false);
            ushort port = NextPort();
            LabConnection connection = _kernel.Connect(flow, port);
            for (int again = 0; connection.WasSlow && again < SlowTries; again++)
            {
                _kernel.Forget(_simulated.HasAffinity);
                before = _kernel.Look(flow.To.Address.Family);
                connection = _kernel.Connect(flow, port = NextPort());
            }

            seen.Add(connection);
            differences.AddRange(CompareObserved(flow, port, seen[^1], ref before));
        }

        Totals.Flows++;
        Totals.Connections += seen.Count;

        // Waiting for nothing tells nothing new, and routers tell a sender only a few times in a row that there is no route.
        if (seen.TrueForAll(static one => one.Outcome is Outcome.Timeout or Outcome.Denied or Outcome.Unreachable)) return differences;
        int observed = seen.Count;
        int further = _simulated.HasAffinity ? FurtherWithAffinity : FurtherConnections;
        for (int i = 0; i < further && seen.Count(static one => one.Outcome == Outcome.Timeout) < 4; i++) seen.Add(_kernel.Connect(flow, NextPort()));
        Totals.Connections += seen.Count - observed;
        differences.AddRange(_simulated.HasAffinity ? CompareSeries(flow, seen) : CompareChances(flow, seen));
        return differences;
    }

    private string[] CompareObserved(LabFlow flow, ushort port, LabConnection connection, ref IReadOnlyList<NodeSnapshot> before)
    {
        IpFamily family = flow.To.Address.Family;
        HashSet<int> known = [port, flow.To.Port, .. _simulated.Plan.Servers.Select(static server => (int)server.Port)];
        IReadOnlyList<NodeSnapshot> after = _kernel.Look(family);
        Observation kernel = NodeSnapshot.Observe(family, connection, before, after, known);
        Observation? closest = Search(flow, port, known, kernel);
        if (closest is not null)
        {
            // The last packets may have been on their way still.
            after = _kernel.Look(family);
            kernel = NodeSnapshot.Observe(family, connection, before, after, known);
            closest = Search(flow, port, known, kernel);
        }

        before = after;
        Totals.Observed++;
        Totals.Packets += kernel.Packets;
        Totals.Entries += kernel.Entries;
        return closest is null ? [] : [$"{flow}: kernel (-), simulator (+)", .. kernel.DifferenceTo(closest)];
    }

    /// <summary>Null where the simulator came to the same; else its observation that differs least.</summary>
    private Observation? Search(LabFlow flow, ushort port, HashSet<int> known, Observation kernel)
    {
        Observation? closest = null;
        int distance = int.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            Observation simulated = _simulated.Observe(flow, port, known).Observation;
            if (simulated.Equals(kernel)) return null;
            int differing = kernel.DifferenceTo(simulated).Count();
            if (differing >= distance) continue;
            distance = differing;
            closest = simulated;
        }

        return closest;
    }

    /// <summary>What the kernel showed, the simulator must show; what the simulator shows often, the kernel must have shown.</summary>
    private IEnumerable<string> CompareChances(LabFlow flow, List<LabConnection> seen)
    {
        var kernel = seen.CountBy(Facts).ToDictionary();
        var simulated = Enumerable.Range(0, SimulatedConnections).Select(_ => Facts(ConnectAnywhere(flow))).CountBy(static facts => facts).ToDictionary();
        foreach (string facts in kernel.Keys.Where(facts => !simulated.ContainsKey(facts))) yield return $"{flow}: only the kernel: {facts}";
        foreach ((string facts, int count) in simulated)
        {
            if (!kernel.ContainsKey(facts) && Math.Pow(1 - (double)count / SimulatedConnections, seen.Count) < NearCertainty)
                yield return $"{flow}: only the simulator ({count} of {SimulatedConnections}): {facts}";
        }
    }

    /// <summary>With session affinity one connection decides the next: the whole series must be one that the simulator comes to.</summary>
    private IEnumerable<string> CompareSeries(LabFlow flow, List<LabConnection> seen)
    {
        HashSet<string> kernel = [.. seen.Select(Facts)];
        HashSet<string> closest = [];
        for (int seed = 0; seed < SeedsWithAffinity; seed++)
        {
            Simulator simulator = _simulated.Fresh();
            closest = [.. seen.Select(_ => Facts(ConnectIn(simulator, flow)))];
            if (closest.SetEquals(kernel)) yield break;
        }

        yield return $"{flow}: a series of {seen.Count}: kernel {string.Join("; ", kernel)}, simulator e.g. {string.Join("; ", closest)}";
    }

    private LabConnection ConnectAnywhere(LabFlow flow)
    {
        foreach (SimulatedNode node in Reference.Nodes) node.Conntrack.Flush();
        return ConnectIn(Reference, flow);
    }

    /// <summary>Connects, and lets time pass where hosts may have used up what they may send of ICMP errors: the lab sets them no limit.</summary>
    private LabConnection ConnectIn(Simulator simulator, LabFlow flow)
    {
        LabConnection connection = SimulatedSide.Connect(simulator, flow, NextPort());
        if (connection.Outcome != Outcome.Connected) simulator.Advance(TimeSpan.FromSeconds(2));
        return connection;
    }

    private static string Facts(LabConnection connection) =>
        connection.Peer is { } peer ? $"{connection.Pod} saw {peer.Address}" : connection.Outcome.LowerName();

    private ushort NextPort() => (ushort)(FirstSourcePort + _ports++ % SourcePorts);
}
