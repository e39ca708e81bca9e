using NodePortSim.KubeProxy;

namespace NodePortSim.Simulation;

/// <summary>How a simulation is made. Immutable; thread-safe.</summary>
public sealed record SimulatorOptions
{
    /// <summary>What every random choice follows from: equal seeds and equal calls give equal results.</summary>
    /// <value>The default is 0.</value>
    public ulong Seed { get; init; }

    /// <summary>The kube-proxy version whose rules are written.</summary>
    /// <value>The default is 1.31.</value>
    public KubeProxyLevel KubeProxyLevel { get; init; } = KubeProxyLevel.Default;
}
