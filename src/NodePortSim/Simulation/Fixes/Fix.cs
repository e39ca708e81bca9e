using System.Globalization;
using NodePortSim.Net;

namespace NodePortSim.Simulation.Fixes;

/// <summary>Something that lets a failed connection succeed: found by trying it on a copy of the cluster. Immutable; thread-safe.</summary>
public sealed record Fix
{
    /// <summary>What kind of thing is to be done.</summary>
    public required FixKind Kind { get; init; }

    /// <summary>What is to be done, with the names of Kubernetes' objects: <c>send to myk8s-worker (172.18.0.5:30682)</c>.</summary>
    public required string Sentence { get; init; }

    /// <summary>The name of the host that connects.</summary>
    public required string From { get; init; }

    /// <summary>Where it connects to once the fix is applied.</summary>
    public required IpEndpoint To { get; init; }

    /// <summary>How it connects once the fix is applied.</summary>
    public required ConnectOptions Options { get; init; }

    /// <summary>What is to be changed in the cluster; null where nothing is, but the client connects otherwise.</summary>
    public FixChange? Change { get; init; }

    /// <summary>How probable it is that the connection then succeeds, above 0 up to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How near the fix is: what the client does, one field, the cluster.</summary>
    public FixNearness Nearness => Kind switch
    {
        <= FixKind.Reconnect => FixNearness.Client,
        <= FixKind.Sysctl => FixNearness.Field,
        _ => FixNearness.Cluster,
    };

    /// <summary>Applies the change, if there is one.</summary>
    /// <param name="simulator">The simulation.</param>
    /// <exception cref="Clusters.ClusterException">The cluster is another one by now, and refuses the change.</exception>
    public void ApplyTo(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        Change?.ApplyTo(simulator);
    }

    /// <summary>Connects as the fix says.</summary>
    /// <param name="simulator">The simulation, to which the fix has been applied.</param>
    /// <exception cref="ArgumentException">The client no longer exists.</exception>
    public Connection Connect(Simulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        return simulator.Host(From).Connect(To.ToString(), Options);
    }

    /// <summary>The sentence, and the probability where it is not certain.</summary>
    public override string ToString() => Probability >= 1
        ? Sentence
        : string.Create(CultureInfo.InvariantCulture, $"{Sentence} (succeeds with probability {Probability:0.###})");
}

/// <summary>How near a <see cref="Fix"/> is.</summary>
public enum FixNearness
{
    /// <summary>The client connects otherwise; the cluster stays as it is.</summary>
    Client,

    /// <summary>One field of one object, or one kernel parameter, is changed.</summary>
    Field,

    /// <summary>The cluster is changed: pods, rules, the state of connections.</summary>
    Cluster,
}
