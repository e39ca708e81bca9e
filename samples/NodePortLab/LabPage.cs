using Spectre.Console;

namespace NodePortLab;

/// <summary>The page that the lab writes on: headings, sentences, and what a tool printed.</summary>
/// <param name="writer">Where it goes.</param>
/// <param name="colour">Whether headings are coloured rules across a terminal, instead of plain lines.</param>
public sealed class LabPage(TextWriter writer, bool colour)
{
    private int _chapter;

    public void Heading(string text)
    {
        string heading = $"{++_chapter}. {text}";
        if (_chapter > 1) writer.WriteLine();
        if (colour) AnsiConsole.Write(new Rule($"[bold green]{Markup.Escape(heading)}[/]").LeftJustified());
        else writer.WriteLine($"{heading}\n{new string('=', heading.Length)}");
    }

    public void Say(string sentence) => writer.WriteLine($"\n{sentence}");

    /// <summary>A command and what it prints.</summary>
    public void Shell(string command, string output) => Shell(command, Lines(output));

    public void Shell(string command, IEnumerable<string> output)
    {
        writer.WriteLine($"\n  $ {command}");
        foreach (string line in output) Line(line);
    }

    public void Block(string text)
    {
        writer.WriteLine();
        foreach (string line in Lines(text)) Line(line);
    }

    public void Line(string line) => writer.WriteLine($"  {line}".TrimEnd());

    private static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');
}
