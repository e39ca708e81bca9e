using System.CommandLine;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Reports;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Cli;

/// <summary><c>connect</c>: opens connections, and prints what came of them.</summary>
internal static class ConnectCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> output = CommonOptions.Output("text", "json");
        Option<bool> fail = new("--fail") { Description = "Exit with 1 if a connection failed, and show the minimal trace of the first one." };
        common.CompleteHosts(common.From, nodesOnly: false);
        var command = new Command(
            "connect",
            """
            Opens connections one after another, each to its end (a request and its answer), and prints what came of them: the curl loop.

            Example: nodeportsim connect -f cluster.yaml --from mypc --to 172.18.0.4:30682 --count 90
            """)
        {
            common.Files, common.From, common.To, common.Protocol, common.SourcePort, common.Count, common.Timeout, fail, common.Seed, common.KubeProxy, output,
        };
        command.SetAction(result =>
        {
            Simulator simulator = Inputs.Load(result.GetRequiredValue(common.Files), common.SimulatorOptions(result), streams);
            int count = result.GetValue(common.Count);
            ConnectionSeries series = ProgressBar.Run(streams, count, progress => ConnectionSeries.Open(
                simulator, result.GetRequiredValue(common.From), result.GetRequiredValue(common.To), count, common.ConnectOptions(result), progress));
            if (result.GetValue(output) == "json") streams.Output.Write(ConnectionSeriesJson.Write(series));
            else streams.WriteText(ConnectionSeriesText.Write(series));
            Connection? failed = series.Connections.FirstOrDefault(static connection => connection.Outcome != Outcome.Connected);
            if (failed is null || !result.GetValue(fail)) return ExitCode.Done;
            if (result.GetValue(output) != "json") streams.WriteText($"\n{string.Join('\n', MinimalTrace.Of(simulator, failed))}\n");
            return ExitCode.No;
        });
        return command;
    }
}
