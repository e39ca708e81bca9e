namespace NodePortSim.DocsTests;

/// <summary>The folder of somebody who follows a page: empty but for the repository's samples. It is the working folder until it is disposed.</summary>
internal sealed class ReaderFolder : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _path = Directory.CreateTempSubdirectory("docs").FullName;

    public ReaderFolder()
    {
        foreach (string name in (string[])["samples", "src", "tests", "benchmarks"])
            Directory.CreateSymbolicLink(Path.Combine(_path, name), Repository.PathOf(name));
        Environment.CurrentDirectory = _path;
    }

    public static void Save(CodeBlock block)
    {
        string? folder = Path.GetDirectoryName(block.FileName!);
        if (!string.IsNullOrEmpty(folder)) Directory.CreateDirectory(folder);
        File.WriteAllText(block.FileName!, block.Text);
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_path, recursive: true);
    }
}
