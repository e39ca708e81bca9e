using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Kubernetes;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Scenarios;

/// <summary>A step of a <see cref="Scenario"/>. Immutable; thread-safe.</summary>
/// <param name="Kind">The step's field in a scenario file: <c>connect</c>, <c>patch</c>, ….</param>
public abstract record ScenarioStep(string Kind);

/// <summary><c>connect</c>: opens connections one after another.</summary>
/// <param name="From">The host, as <see cref="Simulator.Host"/> takes it.</param>
/// <param name="To">The target, as <see cref="SimulatedHost.Connect"/> takes it.</param>
public sealed record ConnectStep(string From, string To) : ScenarioStep("connect")
{
    /// <summary>How many connections, 1 or more.</summary>
    /// <value>The default is 1.</value>
    public int Count { get; init; } = 1;

    /// <summary>Protocol and source port.</summary>
    public ConnectOptions Options { get; init; } = ConnectOptions.Default;

    /// <summary>What is to come of the connections; null expects nothing.</summary>
    public ConnectExpectation? Expect { get; init; }
}

/// <summary><c>patch</c>: changes a Service's spec.</summary>
/// <param name="Service">Its name, or <c>namespace/name</c>.</param>
/// <param name="Change">Makes the new spec of the old one.</param>
public sealed record PatchStep(string Service, Func<ServiceSpec, ServiceSpec> Change) : ScenarioStep("patch");

/// <summary><c>scale</c>: changes how many pods a Deployment has.</summary>
/// <param name="Deployment">Its name, or <c>namespace/name</c>.</param>
/// <param name="Replicas">0 or more.</param>
public sealed record ScaleStep(string Deployment, int Replicas) : ScenarioStep("scale");

/// <summary><c>conntrackFlush</c>: empties connection tracking tables.</summary>
/// <param name="Node">The node; null for all of them.</param>
public sealed record ConntrackFlushStep(string? Node = null) : ScenarioStep("conntrackFlush");

/// <summary><c>apply</c>: creates or replaces objects.</summary>
/// <param name="Files">Manifests.</param>
public sealed record ApplyStep(EquatableArray<string> Files) : ScenarioStep("apply");

/// <summary><c>delete</c>: deletes an object.</summary>
/// <param name="ObjectKind">Its kind, such as <c>service</c>.</param>
/// <param name="Name">Its name, or <c>namespace/name</c>.</param>
public sealed record DeleteStep(string ObjectKind, string Name) : ScenarioStep("delete");

/// <summary><c>advance</c>: moves the virtual clock.</summary>
/// <param name="Duration">How far; zero or more.</param>
public sealed record AdvanceStep(TimeSpan Duration) : ScenarioStep("advance");

/// <summary><c>conntrack</c>: lists a node's connection tracking table, as <c>conntrack -L</c> does.</summary>
/// <param name="Node">The node.</param>
public sealed record ConntrackListStep(string Node) : ScenarioStep("conntrack");

/// <summary><c>rules</c>: lists a node's rules, as <c>iptables -t TABLE -S [CHAIN]</c> does.</summary>
/// <param name="Node">The node.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain; null for all.</param>
/// <param name="Family">The family.</param>
/// <param name="Counters">Whether counters are printed, as <c>-v</c> does.</param>
public sealed record RulesListStep(
    string Node, IptablesTable Table = IptablesTable.Nat, string? Chain = null, IpFamily Family = IpFamily.IPv4, bool Counters = false) : ScenarioStep("rules");
