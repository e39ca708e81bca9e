using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Simulation.Exploration;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Finds what would let a failed connection succeed: each candidate is tried on a copy of the cluster, the nearest first.</summary>
/// <param name="cluster">The cluster; only read.</param>
internal sealed class FixFinder(Cluster cluster)
{
    /// <summary>The most fixes that are given.</summary>
    private const int MaxFixes = 3;

    /// <summary>The most candidates that are tried: each that changes the cluster costs a copy of it.</summary>
    private const int MaxTries = 60;

    private Explorer? _unchanged;

    /// <summary>The trace with what would have to be different, and with the fixes; the trace itself where the connection succeeded.</summary>
    public Trace Explain(Trace trace, ConnectOptions options)
    {
        if (trace.Connection.Outcome == Outcome.Connected) return trace;
        var flow = new FailedFlow(trace, options, cluster.State, cluster.Level);
        return trace with { Needed = Requirement.Of(flow), Fixes = Find(flow) };
    }

    private EquatableArray<Fix> Find(FailedFlow flow)
    {
        double before = Explore(Unchanged, flow.From, flow.To, flow.Options);

        // Where a cluster of the same objects connects, what nodes remember is the cause.
        bool isRemembered = before >= 1 || StateCandidates.IsOfState(flow.Reason);
        IEnumerable<Fix> candidates = isRemembered
            ? StateCandidates.Of(flow, cluster)
            : TargetCandidates.Of(flow).Concat(ServiceCandidates.Of(flow)).Concat(NetworkCandidates.Of(flow)).Concat(PodCandidates.Of(flow)).Concat(RuleCandidates.Of(flow));
        var trial = new StateTrial(cluster);
        var certain = new List<Fix>();
        var partial = new List<Fix>();
        foreach (Fix candidate in candidates.OrderBy(static fix => fix.Kind).Take(MaxTries))
        {
            // One of a kind is enough: the others are other names for the same advice.
            if (certain.Exists(fix => fix.Kind == candidate.Kind)) continue;
            double after = isRemembered && !trial.Succeeds(candidate) ? 0 : Try(candidate);
            if (after >= 1) certain.Add(candidate);
            else if (after > before && !partial.Exists(fix => fix.Kind == candidate.Kind)) partial.Add(candidate with { Probability = after });
            if (certain.Count == MaxFixes || certain is [{ Kind: FixKind.Reconnect }]) break;
        }

        return certain.Count > 0 ? certain.ToEquatableArray() : partial.Take(MaxFixes).ToEquatableArray();
    }

    private Explorer Unchanged => _unchanged ??= new Explorer(cluster.Copy(), cluster.State);

    private double Try(Fix fix)
    {
        if (fix.Change is null) return Explore(Unchanged, fix.From, fix.To, fix.Options);
        try
        {
            var copy = new Simulator(cluster.Copy());
            fix.ApplyTo(copy);
            return Explore(new Explorer(copy.Cluster, copy.Cluster.State), fix.From, fix.To, fix.Options);
        }
        catch (ClusterException)
        {
            // What the API server would refuse is no fix.
            return 0;
        }
    }

    private static double Explore(Explorer explorer, string from, Net.IpEndpoint to, ConnectOptions options)
    {
        try
        {
            ExplorationResult result = explorer.Explore(from, to, options);
            return result.Outcomes.All(static outcome => outcome.Outcome == Outcome.Connected) ? 1 : result.ProbabilityOf(Outcome.Connected);
        }
        catch (InvalidOperationException)
        {
            // Too many branches to say: not known to succeed.
            return 0;
        }
    }
}
