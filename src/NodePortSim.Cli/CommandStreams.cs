namespace NodePortSim.Cli;

/// <summary>Where a command reads from and writes to.</summary>
/// <param name="Input">Standard input: what <c>-f -</c> means.</param>
/// <param name="Output">Standard output: the result and nothing else.</param>
/// <param name="Error">Standard error: diagnostics.</param>
/// <param name="HasColor">Whether the output is a terminal that may be coloured.</param>
/// <param name="Progress">A terminal for progress bars; null where there is none.</param>
internal sealed record CommandStreams(TextReader Input, TextWriter Output, TextWriter Error, bool HasColor = false, TextWriter? Progress = null)
{
    /// <summary>Writes a text for people, coloured where that is wanted.</summary>
    public void WriteText(string text)
    {
        if (HasColor) TerminalText.Write(Output, text);
        else Output.Write(text);
    }
}
