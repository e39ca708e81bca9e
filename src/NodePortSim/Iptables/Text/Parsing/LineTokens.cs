using System.Text;

namespace NodePortSim.Iptables.Text.Parsing;

/// <summary>Splits a line into arguments as <c>iptables-restore</c> does: at blanks, with double quotes, and backslashes inside them. Reused from line to line.</summary>
internal sealed class LineTokens
{
    private readonly List<(int Start, string Text)> _tokens = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly StringBuilder _unescaped = new();

    /// <summary>The number of arguments.</summary>
    public int Count => _tokens.Count;

    /// <summary>The text of an argument, without its quotes.</summary>
    public string this[int index] => _tokens[index].Text;

    /// <summary>The column of an argument, from 1; one past the last for the end of the line.</summary>
    public int ColumnOf(int index) => index < _tokens.Count ? _tokens[index].Start + 1 : _end + 1;

    private int _end;

    /// <summary>Whether a name can stand in a text without quotes, as the names of chains must.</summary>
    public static bool IsOneWord(string name) => name.Length > 0 && !name.Any(static c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\');

    /// <summary>Splits the line from <paramref name="position"/> on; false where a quote is not closed.</summary>
    public bool Split(ReadOnlySpan<char> line, int position)
    {
        _tokens.Clear();
        _end = line.Length;
        while (true)
        {
            while (position < line.Length && line[position] is ' ' or '\t') position++;
            if (position >= line.Length) return true;
            int start = position;
            ReadOnlySpan<char> rest = line[position..];
            int end = rest.IndexOfAny(' ', '\t', '"');
            if (end < 0 || rest[end] != '"')
            {
                ReadOnlySpan<char> plain = end < 0 ? rest : rest[..end];
                _tokens.Add((start, Intern(plain)));
                position += plain.Length;
            }
            else if (!SplitQuoted(line, ref position))
            {
                return false;
            }
        }
    }

    private bool SplitQuoted(ReadOnlySpan<char> line, ref int position)
    {
        int start = position;
        _unescaped.Clear();
        bool open = false;
        for (; position < line.Length; position++)
        {
            char c = line[position];
            if (c == '"') open = !open;
            else if (open && c == '\\' && position + 1 < line.Length) _unescaped.Append(line[++position]);
            else if (!open && c is ' ' or '\t') break;
            else _unescaped.Append(c);
        }

        _tokens.Add((start, Intern(_unescaped.ToString())));
        return !open;
    }

    // Chain names and comments recur thousands of times in one text.
    private string Intern(ReadOnlySpan<char> text)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out string? known)) return known;
        string added = text.ToString();
        _known.Add(added);
        return added;
    }
}
