namespace NodePortSim.Manifests.Yaml;

/// <summary>Parts a text at its document separators, so that a syntax error ends one document and not the file.</summary>
/// <remarks>kubectl does the same. A line that begins with <c>---</c> is a separator wherever it stands: no scalar may hold one.</remarks>
internal static class YamlText
{
    /// <summary>A part: one document as a rule, its separator included.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="LinesBefore">How many lines of the whole text precede it.</param>
    public readonly record struct Part(string Text, int LinesBefore);

    /// <summary>The parts of a text in order.</summary>
    public static IEnumerable<Part> Split(string text)
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];
        int start = 0, linesBefore = 0, line = 0;
        bool onlyDirectives = false;
        for (int at = 0; at < text.Length; line++)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length - 1;
            bool isSeparator = IsSeparator(text.AsSpan(at, end + 1 - at));
            if (isSeparator && at > start && !onlyDirectives)
            {
                yield return new Part(text[start..at], linesBefore);
                (start, linesBefore) = (at, line);
            }

            // %YAML and %TAG belong to the document that the next separator begins.
            if (text[at] == '%' && (at == start || onlyDirectives)) onlyDirectives = true;
            else if (isSeparator || HasContent(text.AsSpan(at, end + 1 - at))) onlyDirectives = false;
            at = end + 1;
        }

        if (start < text.Length) yield return new Part(text[start..], linesBefore);
    }

    /// <summary>The first tab that indents a line after a place; null where there is none.</summary>
    public static YamlPosition? TabAfter(Part part, YamlPosition place)
    {
        int line = part.LinesBefore;
        foreach (ReadOnlySpan<char> content in part.Text.AsSpan().EnumerateLines())
        {
            line++;
            int indent = content.IndexOfAnyExcept(' ');
            if (line > place.Line && indent >= 0 && content[indent] == '\t') return new YamlPosition(line, indent + 1);
        }

        return null;
    }

    private static bool IsSeparator(ReadOnlySpan<char> line) =>
        line.StartsWith("---") && (line.Length == 3 || char.IsWhiteSpace(line[3]));

    private static bool HasContent(ReadOnlySpan<char> line) => !line.IsWhiteSpace() && line[0] != '#';
}
