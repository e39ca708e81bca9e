using Spectre.Console;

namespace NodePortSim.Cli;

/// <summary>Shows on a terminal how far a long run is, and takes it away when it is over.</summary>
internal static class ProgressBar
{
    /// <summary>From how many connections on a run is long: fewer take less than a moment.</summary>
    private const long Long = 5_000;

    /// <summary>How many connections pass between two updates.</summary>
    private const int Stride = 100;

    /// <summary>Whether bars are wanted: on a terminal, unless someone said NO_COLOR, or a CI system reads along.</summary>
    /// <param name="isRedirected">Whether standard error is not a terminal.</param>
    /// <param name="environment">The values of environment variables.</param>
    public static bool IsWanted(bool isRedirected, Func<string, string?> environment) =>
        !isRedirected && string.IsNullOrEmpty(environment("NO_COLOR")) && string.IsNullOrEmpty(environment("CI")) && environment("TERM") != "dumb";

    /// <summary>Does work that tells its progress.</summary>
    /// <param name="streams">Where a bar may be shown.</param>
    /// <param name="connections">How many connections there will be.</param>
    /// <param name="work">The work; it is given null where no bar is shown.</param>
    public static T Run<T>(CommandStreams streams, long connections, Func<IProgress<int>?, T> work)
    {
        if (streams.Progress is not { } terminal || connections < Long) return work(null);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(terminal) });
        return console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new RemainingTimeColumn())
            .Start(context => work(new Counter(context.AddTask("connections", maxValue: connections))));
    }

    private sealed class Counter(ProgressTask task) : IProgress<int>
    {
        private long _done;

        public void Report(int value)
        {
            _done += value;
            if (_done % Stride == 0) task.Value = _done;
        }
    }
}
