using System.ComponentModel;
using System.Diagnostics;

namespace NodePortSim.KernelTests.Kernel;

/// <summary>Runs the machine's tools. A tool runs in the network namespace of the thread that starts it.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <returns>What the tool printed.</returns>
    /// <exception cref="InvalidOperationException">It failed, does not exist, or did not end in time.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string? input = null)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        string what = program + " " + string.Join(' ', arguments);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{what}: {e.Message}", e);
        }

        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Write(process.StandardInput, input);
        if (!process.WaitForExit(Limit) || !Task.WaitAll([output, errors], Limit))
        {
            process.Kill();
            throw new InvalidOperationException($"{what}: did not end in {Limit.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException($"{what}: exit code {process.ExitCode}: {errors.Result.Trim()}");
    }

    private static void Write(StreamWriter standardInput, string? input)
    {
        try
        {
            using (standardInput) standardInput.Write(input);
        }
        catch (IOException)
        {
            // The tool ended before it read everything: its exit code tells why.
        }
    }
}
