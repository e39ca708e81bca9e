using NodePortSim.Cli;
using NodePortSim.Tests.Conformance;

namespace NodePortSim.Tests.Cli;

/// <summary>Runs the command in this process, in a directory of its own for files. Paths are printed as the test wrote them, without the directory.</summary>
public sealed class Tool : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("nodeportsim-").FullName;

    /// <summary>Writes a file, and gives the path for the arguments.</summary>
    public string File(string name, string text)
    {
        string path = Path(name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes the cluster and the hosts of a recorded case, and gives the arguments that read them.</summary>
    public string[] Case(string name)
    {
        ConformanceCase recorded = ConformanceCases.Of(name);
        return ["-f", File("cluster.yaml", recorded.Files["cluster.yaml"]), "-f", File("hosts.yaml", recorded.Hosts)];
    }

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public ToolResult Run(params string[] args) => RunWith("", args);

    public ToolResult RunWith(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Run(args, new CommandStreams(new StringReader(input), output, error));
        return new ToolResult(code, Shorten(output), Shorten(error));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Shorten(StringWriter text) => text.ToString().ReplaceLineEndings("\n").Replace(_directory + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}

public sealed record ToolResult(int Code, string Output, string Error);
