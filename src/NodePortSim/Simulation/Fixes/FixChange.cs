using NodePortSim.Clusters;
using NodePortSim.Clusters.ControlPlane;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Iptables.Text;
using NodePortSim.Kubernetes;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>What a <see cref="Fix"/> changes in a cluster. Immutable; thread-safe.</summary>
public abstract record FixChange
{
    /// <summary>Makes the change.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <exception cref="ClusterException">The cluster refuses the change.</exception>
    public abstract void ApplyTo(Simulator simulator);
}

/// <summary>Objects are created or replaced, as <c>kubectl apply</c> does.</summary>
/// <param name="Objects">The objects.</param>
public sealed record ApplyObjects(EquatableArray<KubernetesObject> Objects) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ApplyResult result = simulator.Cluster.Apply([.. Objects]);
        if (!result.Succeeded) throw new ClusterException(result.Errors);
    }
}

/// <summary>A Deployment is scaled, as <c>kubectl scale deployment</c> does.</summary>
/// <param name="Deployment">The Deployment.</param>
/// <param name="Replicas">How many pods it is to have.</param>
public sealed record ScaleDeployment(ObjectKey Deployment, int Replicas) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        simulator.Cluster.Scale(Deployment.ToString(), Replicas);
    }
}

/// <summary>A rule is deleted, as <c>iptables -D</c> does.</summary>
/// <param name="Node">The node.</param>
/// <param name="Family">The family.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain.</param>
/// <param name="Rule">The rule as iptables prints it, without its chain; the first that is equal goes.</param>
public sealed record DeleteRule(string Node, IpFamily Family, IptablesTable Table, string Chain, string Rule) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        NodeIptables iptables = simulator.Node(Node).Iptables;
        if (iptables.Rules(Family)[Table] is not { } table || !table.TryGetChain(Chain, out Chain? chain)) return;
        for (int i = 0; i < chain.Rules.Count; i++)
        {
            if (SaveWriter.Write(chain.Rules[i], Family) != Rule) continue;
            iptables.Delete(Table, Chain, i + 1, Family);
            return;
        }
    }
}

/// <summary>A built-in chain lets packets pass that no rule decided, as <c>iptables -P CHAIN ACCEPT</c> does.</summary>
/// <param name="Node">The node.</param>
/// <param name="Family">The family.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain.</param>
public sealed record AcceptByPolicy(string Node, IpFamily Family, IptablesTable Table, string Chain) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        simulator.Node(Node).Iptables.SetPolicy(Table, Chain, ChainPolicy.Accept, Family);
    }
}

/// <summary>A node's connection tracking table is emptied, as <c>conntrack -F</c> does.</summary>
/// <param name="Node">The node.</param>
public sealed record FlushConntrack(string Node) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        simulator.Node(Node).Conntrack.Flush();
    }
}

/// <summary>Time passes.</summary>
/// <param name="Duration">How much.</param>
public sealed record Wait(TimeSpan Duration) : FixChange
{
    /// <inheritdoc/>
    public override void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        simulator.Advance(Duration);
    }
}
