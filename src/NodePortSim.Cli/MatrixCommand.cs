using System.CommandLine;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Matrices;

namespace NodePortSim.Cli;

/// <summary><c>matrix</c>: every kind of client, every node, every service port.</summary>
internal static class MatrixCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> output = CommonOptions.Output("text", "json", "markdown");
        var command = new Command(
            "matrix",
            """
            Says for every kind of client (external, node, pod, backend), every node and every service port what comes of a connection: the outcomes
            with their exact probabilities, the backends, and the source address that they see. Every node gets a pod more to connect from.

            Example: nodeportsim matrix -f manifests/ -o markdown
            """)
        {
            common.Files, common.Seed, common.KubeProxy, output,
        };
        command.SetAction(result =>
        {
            Simulator simulator = Inputs.Load(result.GetRequiredValue(common.Files), common.SimulatorOptions(result), streams);
            var matrix = ReachabilityMatrix.Of(simulator);
            switch (result.GetValue(output))
            {
                case "json":
                    streams.Output.Write(MatrixJson.Write(matrix));
                    break;
                case "markdown":
                    streams.Output.Write(MatrixMarkdown.Write(matrix));
                    break;
                default:
                    streams.WriteText(MatrixText.Write(matrix));
                    break;
            }

            return ExitCode.Done;
        });
        return command;
    }
}
