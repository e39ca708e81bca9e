using System.Buffers;

namespace NodePortSim.Iptables.Text;

/// <summary>Strings in rules, quoted as iptables' own printing does (spec kube-proxy-iptables 3.8, rule 9).</summary>
internal static class QuotedText
{
    private static readonly SearchValues<char> Bare =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"'\\");

    /// <summary>Appends the text, in double quotes unless all of it is letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static void Append(TextSink sink, string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Bare)) sink.Append(text);
        else AppendQuoted(sink, text);
    }

    /// <summary>Appends the text as kube-proxy writes comments: in double quotes only where it has to be.</summary>
    public static void AppendAsGiven(TextSink sink, string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAny(' ', '\t') && !text.AsSpan().ContainsAny(Escaped)) sink.Append(text);
        else AppendQuoted(sink, text);
    }

    private static void AppendQuoted(TextSink sink, ReadOnlySpan<char> text)
    {
        sink.Append('"');
        for (int next; (next = text.IndexOfAny(Escaped)) >= 0; text = text[(next + 1)..])
        {
            sink.Append(text[..next]);
            sink.Append('\\');
            sink.Append(text[next]);
        }

        sink.Append(text);
        sink.Append('"');
    }
}
