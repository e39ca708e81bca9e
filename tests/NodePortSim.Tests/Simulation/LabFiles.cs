using NodePortSim.Kubernetes;
using NodePortSim.Simulation;

namespace NodePortSim.Tests.Simulation;

/// <summary>The lab's manifests, beside the tests.</summary>
internal static class LabFiles
{
    public static string Path(string file = "") => System.IO.Path.Combine(AppContext.BaseDirectory, "samples", "nodeport-lab", file);

    /// <summary>The lab: externalTrafficPolicy is Cluster, three pods, none on the control plane.</summary>
    public static Simulator Simulator(ulong seed = 0) => NodePortSim.Simulation.Simulator.FromManifests(
        new SimulatorOptions { Seed = seed }, Path("cluster.yaml"), Path("echo-deploy.yaml"), Path("svc-nodeport.yaml"));

    /// <summary>The lab with externalTrafficPolicy Local.</summary>
    public static Simulator Local()
    {
        Simulator simulator = Simulator();
        simulator.Cluster.Patch("svc-nodeport", static spec => spec with { ExternalTrafficPolicy = TrafficPolicy.Local });
        return simulator;
    }
}
