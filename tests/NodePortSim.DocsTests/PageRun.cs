using System.Text;
using NodePortSim.Manifests;
using NodePortSim.Scenarios;

namespace NodePortSim.DocsTests;

/// <summary>Follows a page from its top to its end, block by block, as a reader would.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>csharp</c> is compiled and run; a <c>text</c> block right after it is what it prints.</item>
/// <item><c>console</c> has commands behind <c>$ </c>, each followed by what it prints; <c>…</c> alone on a line stands for lines left out, and at
/// the end of one for the rest of it. A <c>mermaid</c> or <c>markdown</c> block right after a console block without output is its output.</item>
/// <item><c>sh</c> has commands alone.</item>
/// <item><c>yaml</c> with a title is saved as that file; others are read by whoever uses them.</item>
/// </list>
/// </remarks>
internal sealed class PageRun(DocumentPage page)
{
    private readonly StringBuilder _text = new(page.Text);
    private int _shift;
    private string? _output;

    /// <summary>The page's text with all outputs as they are now.</summary>
    public string Text => _text.ToString();

    public void Follow()
    {
        using var folder = new ReaderFolder();
        foreach (CodeBlock block in page.Blocks) Follow(block);
    }

    private void Follow(CodeBlock block)
    {
        string? printed = _output;
        _output = null;
        if (block.FileName is not null) ReaderFolder.Save(block);
        switch (block.Language)
        {
            case "csharp":
                _output = CSharpProgram.Run(block.Text);
                break;
            case "sh":
                foreach (string line in Lines(block.Text).Where(static line => line.Length > 0)) ShellCommands.Run(line);
                break;
            case "console":
                FollowConsole(block);
                break;
            case "text" or "mermaid" or "markdown" when printed is not null:
                Expect(block, printed);
                break;
            case "yaml":
                ReadManifests(block);
                break;
            default:
                // Quotations of what other tools print, diagrams and data are for reading.
                block.Language.Should().BeOneOf(["", "text", "mermaid", "json", "yaml"], "line {0} of {1} has a language that somebody runs", block.Line, page.Name);
                break;
        }
    }

    private void FollowConsole(CodeBlock block)
    {
        var now = new StringBuilder();
        string[] lines = Lines(block.Text);
        lines[0].Should().StartWith("$ ", "line {0} of {1} begins with a command", block.Line, page.Name);
        for (int i = 0; i < lines.Length;)
        {
            string command = lines[i++][2..];
            int first = i;
            while (i < lines.Length && !lines[i].StartsWith("$ ", StringComparison.Ordinal)) i++;
            string? output = ShellCommands.Run(command);
            now.Append("$ ").Append(command).Append('\n');
            if (first == i) _output = output;
            else now.Append(Excerpt.Of(output ?? string.Join('\n', lines[first..i]) + "\n", lines[first..i]));
        }

        Expect(block, now.ToString());
    }

    /// <summary>Manifests and scenarios must be readable; what a page says of them it shows by running something.</summary>
    private static void ReadManifests(CodeBlock block)
    {
        if (block.FileName is not null || !block.Text.Contains("kind:", StringComparison.Ordinal)) return;
        if (block.Text.Contains("kind: Scenario", StringComparison.Ordinal)) ScenarioReader.ReadText(block.Text).ThrowIfErrors();
        else ManifestReader.ReadText(block.Text).ThrowIfErrors();
    }

    private void Expect(CodeBlock block, string output)
    {
        if (block.Language == "text") output = Excerpt.Of(output, Lines(block.Text));
        if (output == block.Text) return;
        _text.Remove(block.Start + _shift, block.Text.Length).Insert(block.Start + _shift, output);
        _shift += output.Length - block.Text.Length;
    }

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
