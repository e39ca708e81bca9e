using NodePortSim.Clusters;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.Net;
using NodePortSim.Netfilter.Rules;
using NodePortSim.Network;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Exploration;

/// <summary>Tries every random branch of a connection, each on hosts that remember nothing of the one before.</summary>
/// <param name="cluster">A cluster that nobody else uses.</param>
/// <param name="state">The state that it is a copy of.</param>
internal sealed class Explorer(Cluster cluster, ClusterState state)
{
    /// <summary>The most branches of one connection: every one costs an exchange.</summary>
    private const int MaxBranches = 100_000;

    /// <summary>Between two branches: sockets end, and allowances of ICMP errors are whole again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly ConnectionRunner _runner = new(cluster);

    /// <summary>The state that is explored.</summary>
    public ClusterState State { get; } = state;

    /// <summary>The cluster that is explored.</summary>
    public Cluster Cluster { get; } = cluster;

    /// <exception cref="InvalidOperationException">There are too many branches.</exception>
    public ExplorationResult Explore(string from, IpEndpoint to, ConnectOptions options)
    {
        var outcomes = new Dictionary<ExploredOutcome, ExactProbability>();
        var path = new DecisionPath();
        int branches = 0;
        do
        {
            if (++branches > MaxBranches) throw new InvalidOperationException($"a connection from {from} to {to} has more than {MaxBranches} random branches");
            path.Restart();
            Prepare(path);
            ExploredOutcome outcome = OutcomeOf(_runner.Connect(from, to, options));
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome, ExactProbability.Zero) + path.Probability;
        }
        while (path.TryNext());

        return new ExplorationResult
        {
            From = from,
            To = to,
            Protocol = options.Protocol,
            Outcomes = outcomes
                .Select(static pair => pair.Key with { Probability = pair.Value.ToDouble() })
                .OrderBy(static outcome => outcome.Outcome)
                .ThenBy(static outcome => outcome.Backend?.Address).ThenBy(static outcome => outcome.Backend?.Port)
                .ThenBy(static outcome => outcome.PeerAddress).ThenBy(static outcome => outcome.Explanation, StringComparer.Ordinal)
                .ToEquatableArray(),
        };
    }

    /// <summary>The trace of the first branch that ends as <paramref name="outcome"/>.</summary>
    /// <exception cref="InvalidOperationException">No branch does.</exception>
    public Trace TraceOf(string from, IpEndpoint to, ConnectOptions options, ExploredOutcome outcome)
    {
        var path = new DecisionPath();
        ExploredOutcome wanted = outcome with { Probability = 0 };
        do
        {
            path.Restart();
            Prepare(path);
            if (OutcomeOf(_runner.Connect(from, to, options)) != wanted) continue;
            Prepare(new ReplayedDraws(path.Hits));
            return _runner.Trace(from, to, options);
        }
        while (path.TryNext());
        throw new InvalidOperationException($"no connection from {from} to {to} ends like that");
    }

    private void Prepare(IDrawSource draws)
    {
        _runner.Advance(Rest);
        foreach (Host host in Cluster.Network.Topology.Hosts)
        {
            host.Netfilter.Draws = draws;
            host.Netfilter.Conntrack.Flush();
            host.Netfilter.RecentLists.Clear();
        }
    }

    /// <summary>What an exploration says of a connection; the probability is left open.</summary>
    public static ExploredOutcome OutcomeOf(Connection connection) => new()
    {
        Probability = 0,
        Outcome = connection.Outcome,
        Pod = connection.Pod,
        Backend = connection.Backend,
        Node = connection.Node,
        PeerAddress = connection.PeerSeenByBackend?.Address,
        SeesClient = connection.PeerSeenByBackend is { } peer && peer.Address == connection.Source,
        Reason = connection.Reason,
        At = connection.At,
        Explanation = connection.Explanation,
    };
}
