using System.CommandLine;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Matrices;

namespace NodePortSim.Cli;

/// <summary><c>diff</c>: what another set of manifests changes for clients.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> output = CommonOptions.Output("text", "json", "markdown");
        Argument<string> before = new("BEFORE") { Description = "A manifest, or a directory of manifests." };
        Argument<string> after = new("AFTER") { Description = "The other manifest or directory." };
        var command = new Command(
            "diff",
            """
            Compares two sets of manifests: which flows of matrix fare differently, with a trace of each before and after, and which rules differ.
            Exits with 1 if there is a difference.

            Example: nodeportsim diff main/manifests manifests -o markdown
            """)
        {
            before, after, common.Seed, common.KubeProxy, output,
        };
        command.SetAction(result =>
        {
            SimulatorOptions options = common.SimulatorOptions(result);
            Simulator left = Inputs.Load([result.GetRequiredValue(before)], options, streams);
            Simulator right = Inputs.Load([result.GetRequiredValue(after)], options, streams);
            var diff = ClusterDiff.Between(left, right);
            switch (result.GetValue(output))
            {
                case "json":
                    streams.Output.Write(DiffJson.Write(diff));
                    break;
                case "markdown":
                    streams.Output.Write(DiffMarkdown.Write(diff));
                    break;
                default:
                    streams.WriteText(DiffText.Write(diff));
                    break;
            }

            return diff.IsEmpty ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }
}
