namespace NodePortSim.Cli;

/// <summary>The exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and the answer is "no": an expectation failed, a connection failed with <c>--fail</c>.</summary>
    public const int No = 1;

    /// <summary>Bad usage or bad input.</summary>
    public const int Bad = 2;
}
