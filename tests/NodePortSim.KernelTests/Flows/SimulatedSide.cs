using NodePortSim.Clusters;
using NodePortSim.KernelTests.Labs;
using NodePortSim.KubeProxy;
using NodePortSim.Kubernetes;
using NodePortSim.Manifests;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.KernelTests.Flows;

/// <summary>The same cluster in the simulator.</summary>
internal sealed class SimulatedSide
{
    private readonly ManifestResult _manifests;
    private readonly FurtherRules _rules;
    private ulong _seed;
    private Simulator? _reusable;

    public SimulatedSide(string manifests, FurtherRules rules)
    {
        _rules = rules;
        _manifests = ManifestReader.ReadText(manifests).ThrowIfErrors();
        Reference = Fresh();
        var state = Reference.Cluster.State;
        HasAffinity = state.Services.Values.Any(static service => service.Spec.SessionAffinity == SessionAffinity.ClientIP);
        Plan = HostPlan.Of(state, KubeProxyOptions.From(state.KubeProxyConfiguration), seed: 0);
    }

    /// <summary>A simulation in which nothing was connected yet.</summary>
    public Simulator Reference { get; }

    public HostPlan Plan { get; }

    public bool HasAffinity { get; }

    public Simulator Fresh()
    {
        var simulator = new Simulator(new SimulatorOptions { Seed = ++_seed });
        simulator.Apply(_manifests).ThrowIfErrors();
        _rules.AddTo(simulator);
        return simulator;
    }

    /// <summary>Connects once where nothing was before, and tells what it left behind.</summary>
    public (LabConnection Connection, Observation Observation) Observe(LabFlow flow, ushort sourcePort, IReadOnlySet<int> knownPorts)
    {
        Simulator simulator = _reusable ?? Fresh();
        foreach (SimulatedNode node in simulator.Nodes) node.Conntrack.Flush();
        IpFamily family = flow.To.Address.Family;
        IReadOnlyList<NodeSnapshot> before = Look(simulator, family);
        LabConnection connection = Connect(simulator, flow, sourcePort);
        Observation observation = NodeSnapshot.Observe(family, connection, before, Look(simulator, family), knownPorts);

        // One that has to be sent again, or that nodes remember, would show in the next.
        _reusable = !HasAffinity && connection.Outcome == Outcome.Connected ? simulator : null;
        return (connection, observation);
    }

    public static LabConnection Connect(Simulator simulator, LabFlow flow, ushort sourcePort)
    {
        var options = new ConnectOptions { Protocol = flow.Protocol, SourcePort = sourcePort, Timeout = LabClient.Patience };
        Connection made = simulator.Host(flow.From).Connect(flow.To.ToString(), options);
        return new LabConnection(made.Outcome, made.Pod, made.PeerSeenByBackend);
    }

    public static NodeSnapshot[] Look(Simulator simulator, IpFamily family) =>
    [
        .. simulator.Nodes.Select(node => new NodeSnapshot(
            node.Name,
            string.Concat(node.Iptables.Rules(family).Tables.Select(table => node.Iptables.Save(table.Table, family, counters: true))),
            [.. node.Conntrack.Lines().Where((_, i) => node.Conntrack.List()[i].Original.Source.Family == family)],
            node.NfacctList())),
    ];
}
