using Spectre.Console;

namespace NodePortSim.Cli;

/// <summary>Colours texts for a terminal, by the word that a line begins with.</summary>
internal static class TerminalText
{
    // No line is wrapped: rules are to be copied.
    private const int Width = 10_000;

    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Plain = Style.Plain;
    private static readonly Style Strong = new(decoration: Decoration.Bold);

    public static void Write(TextWriter output, string text)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = Width;
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            console.Write(new Text(line, StyleOf(line)) { Overflow = Overflow.Fold });
            console.WriteLine();
        }
    }

    private static Style StyleOf(string line)
    {
        string trimmed = line.TrimStart();
        int end = trimmed.IndexOf(' ', StringComparison.Ordinal);
        return (end < 0 ? trimmed : trimmed[..end]) switch
        {
            "DELIVERED" or "try:" or "PASSED" or "ok" or "connected" => Good,
            "FAILED" or "failed" or "REFUSED" or "TIMEOUT" or "UNREACHABLE" or "DENIED" or "refused" or "timeout" or "unreachable" or "denied" or "ended" => Bad,
            _ => line.Length > 0 && line[0] != ' ' && line.Contains("conntrack ", StringComparison.Ordinal) ? Strong : Plain,
        };
    }
}
