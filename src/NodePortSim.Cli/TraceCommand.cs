using System.CommandLine;
using NodePortSim.Simulation;
using NodePortSim.Simulation.Captures;
using NodePortSim.Simulation.Tracing;

namespace NodePortSim.Cli;

/// <summary><c>trace</c>: one packet's way there, and its answer's way back.</summary>
internal static class TraceCommand
{
    public static Command Create(CommandStreams streams)
    {
        var common = new CommonOptions();
        Option<string> output = CommonOptions.Output("text", "json", "mermaid", "markdown");
        Option<string> level = new("--level")
        {
            Description = "How much text to print: minimal (verdict and hosts), default (what decided), detailed (every rule tried, and why it did not match).",
            DefaultValueFactory = static _ => "default",
        };
        level.AcceptOnlyFromAmong("minimal", "default", "detailed");
        Option<string> pcap = new("--pcap")
        {
            Description = "Also writes what each interface on the way saw into this file, as pcapng, for Wireshark and tshark.",
            HelpName = "FILE",
        };
        common.CompleteHosts(common.From, nodesOnly: false);
        var command = new Command(
            "trace",
            """
            Follows one packet there and its answer back: every host, hook, rule, rewrite and conntrack change. JSON has all of it.
            Where it fails, the text says what would have to be different, and what to try: each was tried on a copy of the cluster.

            Example: nodeportsim trace -f cluster.yaml --from mypc --to myk8s-worker:30682
            """)
        {
            common.Files, common.From, common.To, common.Protocol, common.SourcePort, common.Timeout, level, pcap, common.Seed, common.KubeProxy, output,
        };
        command.SetAction(result =>
        {
            Simulator simulator = Inputs.Load(result.GetRequiredValue(common.Files), common.SimulatorOptions(result), streams);
            Trace trace = simulator.Host(result.GetRequiredValue(common.From)).Explain(result.GetRequiredValue(common.To), common.ConnectOptions(result));
            if (result.GetValue(pcap) is { } file) WriteCapture(trace, file);
            switch (result.GetValue(output))
            {
                case "json":
                    streams.Output.Write(TraceJson.Write(trace));
                    break;
                case "mermaid":
                    streams.Output.Write(TraceMermaid.Write(trace));
                    break;
                case "markdown":
                    streams.Output.Write(TraceMarkdown.Write(trace, simulator.Options.Seed));
                    break;
                default:
                    streams.WriteText(TraceText.Write(trace, DetailOf(result.GetValue(level)), simulator.Options.Seed));
                    break;
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteCapture(Trace trace, string path)
    {
        using FileStream file = File.Create(path);
        Capture.Of(trace).WriteTo(file);
    }

    private static TraceDetail DetailOf(string? name) => name switch
    {
        "minimal" => TraceDetail.Minimal,
        "detailed" => TraceDetail.Detailed,
        _ => TraceDetail.Default,
    };
}
