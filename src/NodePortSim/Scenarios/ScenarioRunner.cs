using NodePortSim.Clusters;
using NodePortSim.Collections;
using NodePortSim.Iptables;
using NodePortSim.Manifests;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Reports;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Scenarios;

/// <summary>Runs scenarios, each in a simulation of its own. Thread-safe.</summary>
public static class ScenarioRunner
{
    /// <summary>Runs a scenario to its end: an expectation that does not hold stops nothing.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="options">kube-proxy's version, and the seed for a scenario that states none; null means the defaults.</param>
    /// <param name="progress">Is told 1 after each connection; null where nobody waits.</param>
    /// <exception cref="ManifestException">A manifest has errors, or a step cannot be done; the message lists them all with their places.</exception>
    public static ScenarioResult Run(Scenario scenario, SimulatorOptions? options = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        options ??= new SimulatorOptions();
        var run = new ScenarioRun(scenario, new Simulator(options with { Seed = scenario.Seed ?? options.Seed }), progress);
        return run.ToEnd();
    }

    private sealed class ScenarioRun(Scenario scenario, Simulator simulator, IProgress<int>? progress)
    {
        private readonly List<Diagnostic> _warnings = [];

        public ScenarioResult ToEnd()
        {
            Apply(scenario.Files);
            var results = new List<ScenarioStepResult>(scenario.Steps.Count);
            for (int i = 0; i < scenario.Steps.Count; i++) results.Add(Do(i, scenario.Steps[i]));
            return new ScenarioResult(scenario.Name, results.ToEquatableArray()) { Warnings = _warnings.ToEquatableArray() };
        }

        private ScenarioStepResult Do(int index, ScenarioStep step)
        {
            string field = $"spec.steps[{index}].{step.Kind}";
            try
            {
                return Do(new ScenarioStepResult(index, step));
            }
            catch (ClusterException e)
            {
                string[] problems = e.Errors.IsEmpty ? [e.Message] : [.. e.Errors.Select(static error => error.ToString())];
                throw new ManifestException([.. problems.Select(problem => scenario.Error(field, problem))]);
            }
            catch (Exception e) when (e is ArgumentException or IptablesException)
            {
                throw new ManifestException([scenario.Error(field, UserMessage.Of(e))]);
            }
        }

        private ScenarioStepResult Do(ScenarioStepResult result)
        {
            switch (result.Step)
            {
                case ConnectStep connect:
                    ConnectionSeries series = ConnectionSeries.Open(simulator, connect.From, connect.To, connect.Count, connect.Options, progress);
                    return Check(result with { Connections = series }, connect.Expect, series);
                case PatchStep patch:
                    simulator.Cluster.Patch(patch.Service, patch.Change);
                    return result;
                case ScaleStep scale:
                    simulator.Cluster.Scale(scale.Deployment, scale.Replicas);
                    return result;
                case ConntrackFlushStep { Node: { } node }:
                    simulator.Node(node).Conntrack.Flush();
                    return result;
                case ConntrackFlushStep:
                    foreach (SimulatedNode each in simulator.Nodes) each.Conntrack.Flush();
                    return result;
                case ApplyStep apply:
                    Apply(apply.Files);
                    return result;
                case DeleteStep delete:
                    simulator.Cluster.Delete(delete.ObjectKind, delete.Name);
                    return result;
                case AdvanceStep advance:
                    simulator.Advance(advance.Duration);
                    return result;
                case ConntrackListStep conntrack:
                    return result with { Lines = simulator.Node(conntrack.Node).Conntrack.Lines().ToEquatableArray() };
                case RulesListStep rules:
                    string text = simulator.Node(rules.Node).Iptables.Spec(rules.Table, rules.Chain, rules.Family, rules.Counters);
                    return result with { Lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToEquatableArray() };
                default:
                    throw new NotSupportedException($"a step of kind {result.Step.Kind}");
            }
        }

        private ScenarioStepResult Check(ScenarioStepResult result, ConnectExpectation? expect, ConnectionSeries series)
        {
            EquatableArray<string> failures = (expect?.Check(series) ?? []).ToEquatableArray();
            if (failures.IsEmpty) return result;
            Connection? unexpected = expect!.FirstUnexpected(series);
            return result with { Failures = failures, Trace = unexpected is null ? [] : MinimalTrace.Of(simulator, unexpected) };
        }

        private void Apply(EquatableArray<string> files)
        {
            ManifestResult applied = simulator.Apply(ManifestReader.Read(files)).ThrowIfErrors();
            _warnings.AddRange(applied.Diagnostics);
        }
    }
}
