using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Network;

namespace NodePortSim.Simulation.Fixes;

/// <summary>What to do where not the cluster's objects but what nodes remember is the cause.</summary>
internal static class StateCandidates
{
    /// <summary>Whether a reason is one of what nodes remember, whatever the objects say.</summary>
    public static bool IsOfState(OutcomeReason reason) => reason is OutcomeReason.ConntrackTableFull or OutcomeReason.SourcePortsExhausted;

    public static IEnumerable<Fix> Of(FailedFlow flow, Cluster cluster)
    {
        // Where a new connection is enough, nothing else need be done; a service port elsewhere comes before it in the order of kinds.
        yield return FixCandidate.Elsewhere(flow, FixKind.Reconnect, "open a new connection", flow.To);
        if (flow.IsNodePort || flow.Node is not null)
            foreach (Fix fix in TargetCandidates.Of(flow)) yield return fix;
        foreach (Fix fix in Parameters(flow, cluster)) yield return fix;
        foreach (Host host in cluster.Network.Nodes.Select(static node => node.Host).Where(static host => host.Netfilter.Conntrack.Count > 0).OrderBy(host => host.Name != flow.At?.Host))
        {
            foreach (TimeSpan rest in Rests(host)) yield return FixCandidate.Changed(flow, FixKind.Wait, $"wait {rest.TotalSeconds:0} s for entries of {host.Name}'s connection tracking to end", new Wait(rest));
            yield return FixCandidate.Changed(flow, FixKind.FlushConntrack, $"empty the connection tracking table of {host.Name} (conntrack -F)", new FlushConntrack(host.Name));
        }
    }

    private static IEnumerable<Fix> Parameters(FailedFlow flow, Cluster cluster)
    {
        if (flow.Reason == OutcomeReason.ConntrackTableFull && flow.At is { } at && cluster.Network.Topology.Find(at.Host) is { } host)
            yield return NetworkCandidates.Sysctl(flow, "net.netfilter.nf_conntrack_max", Math.Max(2 * host.Sysctls.ConntrackMax, 8));
        if (flow.Reason == OutcomeReason.InvalidState)
            yield return NetworkCandidates.Sysctl(flow, "net.netfilter.nf_conntrack_tcp_be_liberal", 1);
    }

    /// <summary>When the first and the last entry end.</summary>
    private static IEnumerable<TimeSpan> Rests(Host host)
    {
        EquatableArray<long> rests = host.Netfilter.Conntrack.List().Select(static entry => entry.TimeoutSeconds).Order().ToEquatableArray();
        if (rests.IsEmpty) yield break;
        yield return TimeSpan.FromSeconds(rests[0] + 1);
        if (rests[^1] != rests[0]) yield return TimeSpan.FromSeconds(rests[^1] + 1);
    }
}
