namespace NodePortSim.DocsTests;

/// <summary>An output shown in part.</summary>
internal static class Excerpt
{
    private const string LeftOut = "…";

    /// <summary>The output with the parts left out that the shown lines leave out; the whole output where they do not fit it.</summary>
    public static string Of(string output, string[] shown)
    {
        string[] lines = output.TrimEnd('\n').Split('\n');
        return Fits(lines, shown) ? string.Concat(shown.Select(static line => line + "\n")) : output;
    }

    private static bool Fits(ReadOnlySpan<string> lines, ReadOnlySpan<string> shown)
    {
        if (shown.IsEmpty) return lines.IsEmpty;
        if (shown[0] != LeftOut) return !lines.IsEmpty && IsSame(lines[0], shown[0]) && Fits(lines[1..], shown[1..]);
        for (int skipped = 0; skipped <= lines.Length; skipped++)
            if (Fits(lines[skipped..], shown[1..])) return true;
        return false;
    }

    private static bool IsSame(string line, string shown) =>
        line.TrimEnd() == shown.TrimEnd()
        || shown.EndsWith(LeftOut, StringComparison.Ordinal) && line.StartsWith(shown[..^1], StringComparison.Ordinal);
}
