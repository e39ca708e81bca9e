using System.CommandLine;
using NodePortSim.Manifests;
using NodePortSim.Scenarios;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary><c>run</c>: runs scenario files, and checks their expectations.</summary>
internal static class RunCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> output = CommonOptions.Output("text", "json", "junit");
        Argument<string[]> scenarios = new("SCENARIO")
        {
            Description = "Scenario files, directories of them, or - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        common.Seed.Description = "What every random choice follows from; replaces the scenarios' own seed.";
        var command = new Command(
            "run",
            """
            Runs scenario files and checks their expectations. Exits with 1 if one did not hold.

            Example: nodeportsim run etp-local.yaml -o junit
            """)
        {
            scenarios, common.Seed, common.KubeProxy, output,
        };
        command.SetAction(result =>
        {
            ScenarioReadResult read = ScenarioReader.Read(result.GetRequiredValue(scenarios), streams.Input);
            SimulatorOptions options = common.SimulatorOptions(result);
            bool hasSeed = result.GetResult(common.Seed) is { Implicit: false };
            long connections = read.Scenarios.Sum(static scenario => scenario.Steps.OfType<ConnectStep>().Sum(static step => (long)step.Count));
            List<ScenarioResult> results = ProgressBar.Run(streams, connections, progress => RunAll(read, options, hasSeed ? options.Seed : null, streams, progress));
            switch (result.GetValue(output))
            {
                case "json":
                    streams.Output.Write(ScenarioJson.Write(results));
                    break;
                case "junit":
                    streams.Output.Write(ScenarioJUnit.Write(results));
                    break;
                default:
                    streams.WriteText(ScenarioText.Write(results));
                    break;
            }

            return results.All(static scenario => scenario.Passed) ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    /// <exception cref="ManifestException">A scenario has errors, or one of its steps cannot be done: the problems of all of them.</exception>
    private static List<ScenarioResult> RunAll(ScenarioReadResult read, SimulatorOptions options, ulong? seed, CommandStreams streams, IProgress<int>? progress)
    {
        var results = new List<ScenarioResult>();
        var problems = new List<Diagnostic>(read.Diagnostics);
        bool hasErrors = read.HasErrors;
        foreach (Scenario scenario in read.Scenarios)
        {
            try
            {
                // Where a scenario has errors, the others' manifests are checked nonetheless: all problems at once.
                Scenario toRun = hasErrors ? scenario with { Steps = [] } : scenario;
                ScenarioResult result = ScenarioRunner.Run(seed is null ? toRun : toRun with { Seed = seed }, options, progress);
                problems.AddRange(result.Warnings);
                results.Add(result);
            }
            catch (ManifestException e)
            {
                problems.AddRange(e.Diagnostics);
            }
        }

        Diagnostic[] distinct = [.. problems.Distinct()];
        if (distinct.Any(static problem => problem.Severity == DiagnosticSeverity.Error)) throw new ManifestException(distinct);
        Inputs.Warn(distinct, streams);
        return results;
    }
}
