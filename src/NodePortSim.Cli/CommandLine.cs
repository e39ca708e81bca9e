using System.CommandLine;
using NodePortSim.Clusters;
using NodePortSim.Iptables;
using NodePortSim.Manifests;

namespace NodePortSim.Cli;

/// <summary>The command <c>nodeportsim</c>: reads the arguments, runs a command, and turns whatever goes wrong into lines for people.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="streams">Where to read from and write to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> args, CommandStreams streams)
    {
        try
        {
            int code = Invoke(args, streams);
            streams.Output.Flush();
            return code;
        }
        catch (IOException e) when (e.InnerException is System.Net.Sockets.SocketException || e.Message.Contains("Broken pipe", StringComparison.Ordinal))
        {
            // Who read the output has seen enough.
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            // The last guard: no stack trace reaches a user, whatever happens.
            foreach (string line in Describe(e)) streams.Error.WriteLine(line);
            return ExitCode.Bad;
        }
    }

    /// <summary>The root command with all others.</summary>
    public static RootCommand Create(CommandStreams streams) => new(
        """
        Answers what a Kubernetes cluster's Service datapath does with a packet, and why: kube-proxy's iptables rules, conntrack and NAT, without a cluster.

        Exit codes: 0 done; 1 done, and the answer is "no" (an expectation or a connection failed, or there is a difference); 2 bad usage or bad input.
        """)
    {
        RulesCommand.Create(streams),
        ConnectCommand.Create(streams),
        TraceCommand.Create(streams),
        RunCommand.Create(streams),
        MatrixCommand.Create(streams),
        DiffCommand.Create(streams),
    };

    private static int Invoke(IReadOnlyList<string> args, CommandStreams streams)
    {
        ParseResult result = Create(streams).Parse(args);
        if (result.Errors.Count == 0)
        {
            return result.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = streams.Output,
                Error = streams.Error,
            });
        }

        // Of an unknown command two things are said; the one that names it is enough.
        IEnumerable<string> messages = result.UnmatchedTokens.Count > 0 && result.CommandResult.Command is RootCommand
            ? result.UnmatchedTokens.Select(static token => $"Unrecognized command or argument '{token}'.")
            : result.Errors.Select(static error => error.Message);
        foreach (string message in messages.Distinct(StringComparer.Ordinal)) streams.Error.WriteLine(message);
        Command command = result.CommandResult.Command;
        streams.Error.WriteLine(command is RootCommand ? "Hint: nodeportsim --help lists the commands." : $"Hint: nodeportsim {command.Name} --help lists the options.");
        return ExitCode.Bad;
    }

    private static IEnumerable<string> Describe(Exception exception)
    {
        switch (exception)
        {
            case ManifestException { Diagnostics.Count: > 0 } manifests:
                return manifests.Diagnostics.Select(DiagnosticLine.Of);
            case UsageException or ManifestException or ClusterException or IptablesException or IOException or UnauthorizedAccessException:
                return exception.Message.Split('\n').Select(static line => line.TrimEnd('\r'));
            case ArgumentException { ParamName: { } name } argument:
                return [argument.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal).ReplaceLineEndings(" ")];
            default:
                return [$"internal error: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}"];
        }
    }
}
