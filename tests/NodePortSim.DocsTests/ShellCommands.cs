using System.Diagnostics;
using NodePortLab;
using NodePortSim.Cli;

namespace NodePortSim.DocsTests;

/// <summary>The commands of a page. <c>nodeportsim</c> runs here; others must be among those that CI runs.</summary>
internal static class ShellCommands
{
    private const string FromSource = "dotnet run --project src/NodePortSim.Cli -- ";
    private const string Installed = "nodeportsim ";
    private const string PlayLab = "dotnet run --project samples/NodePortLab";

    /// <summary>Runs one line.</summary>
    /// <returns>What it printed, standard error last; null for a command that is not run here.</returns>
    public static string? Run(string line)
    {
        line = line.Split(" #")[0].TrimEnd();
        if (line.StartsWith(FromSource, StringComparison.Ordinal)) return Invoke(line[FromSource.Length..]);
        if (line.StartsWith(Installed, StringComparison.Ordinal)) return Invoke(line[Installed.Length..]);
        if (line == PlayLab) return Play();
        if (line.StartsWith("tshark ", StringComparison.Ordinal)) return Tshark(line["tshark ".Length..]);
        File.ReadAllText(Repository.PathOf("tests/NodePortSim.DocsTests/run-elsewhere.txt")).Split('\n').Should().Contain(
            line, "a command of a page is run here, or named with the place that runs it");
        return null;
    }

    private static string Play()
    {
        using var output = new StringWriter { NewLine = "\n" };
        new Lab(Repository.PathOf("samples/nodeport-lab"), new LabPage(output, colour: false)).Play();
        return output.ToString();
    }

    private static string Invoke(string arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(Split(arguments), new CommandStreams(TextReader.Null, output, error));
        string text = output.ToString() + error;
        return code == 0 ? text : $"{text}(exit code {code})\n";
    }

    /// <summary>What tshark prints; null where it is not installed, which in CI it is.</summary>
    private static string? Tshark(string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("tshark", Split(arguments)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            // It complains of being run by root.
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") is not ("1" or "true"))
        {
            return null;
        }
    }

    /// <summary>Splits as a shell does: at blanks outside quotes.</summary>
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        string word = "";
        char? quote = null;
        foreach (char c in line + " ")
        {
            if (quote == c) quote = null;
            else if (quote is null && c is '"' or '\'') quote = c;
            else if (quote is null && c == ' ')
            {
                if (word.Length > 0) words.Add(word);
                word = "";
            }
            else word += c;
        }

        return words;
    }
}
