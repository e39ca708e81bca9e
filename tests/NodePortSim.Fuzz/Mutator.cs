using System.Globalization;
using System.Text;
using NodePortSim.Net;

namespace NodePortSim.Fuzz;

/// <summary>Makes bad texts of good ones: some almost right, some not at all.</summary>
internal static class Mutator
{
    private const int MaxLength = 1 << 16;

    private static readonly string[] Fragments =
    [
        "", " ", "\t", "\n", "\r\n", "\0", "\ufeff", "\u2028", "\ud800", "é", "\"", "'", "\\", "#", "---\n", "...\n", "- ", ": ", "? ", "| \n", "> \n", "&a ", "*a ", "<<: *a\n", "!!int ",
        "!!binary ", "{", "}", "[", "]", "[[[[[[[[", "{a: {a: {a: ", "null", "~", "true", "yes", "0x1F", "0o17", "1e9", ".inf", "-.nan", "2026-01-01", "-1", "0", "1", "65535", "65536", "2147483648",
        "9223372036854775808", "18446744073709551616", "1.5", "::1", "::ffff:1.2.3.4", "0.0.0.0/0", "::/0", "10.0.0.0/33", "fd00::/129", "256.1.1.1", "kind: List\n", "kind: Service\n", "apiVersion: v1\n",
        "items:\n", "spec:\n", "*nat\n", "*filter\n", "*raw\n", "COMMIT\n", ":X - [0:0]\n", ":INPUT DROP [1:2]\n", "-A X -j X\n", "-A INPUT -j X\n", "-X X\n", "-N X\n", "-I X ", "-A ", " -j ", " -m ", " ! ", " -p tcp",
        " -p 255", " --dport ", " --dport 1:0", " -m statistic --mode random --probability 0.5", " -m limit --limit 1/s", " -m comment --comment \"a\\\"b\"", " -j DNAT --to-destination ", " -j MARK --set-xmark 0x1/0x2",
        " -m recent --name A --rcheck --seconds 9 --reap", " -m conntrack --ctstate NEW,RELATED", " -s ", " -d ", " -i +", "[0:0] ", "[99999999999999999999:1] ", "1m30s", "9999999h", "1ns", "%", "$(x)", "../../x",
    ];

    /// <summary>Makes an input from a corpus: now and then noise, else a file with up to eight changes.</summary>
    public static string From(IReadOnlyList<string> corpus, RandomSource random)
    {
        if (random.NextBelow(16) == 0) return Noise(random);
        string text = Pick(corpus, random);
        uint changes = random.NextBelow(9);
        for (uint i = 0; i < changes; i++) text = Change(text, corpus, random);
        return text.Length <= MaxLength ? text : text[..MaxLength];
    }

    private static string Change(string text, IReadOnlyList<string> corpus, RandomSource random)
    {
        int at = Position(text, random), to = Math.Min(text.Length, at + 1 + (int)random.NextBelow(40));
        switch (random.NextBelow(12))
        {
            case 0:
                return text[..at];
            case 1:
                return text.Remove(at, to - at);
            case 2:
                return text.Insert(at, text[at..to]);
            case 3:
                return text.Insert(at, Pick(Fragments, random));
            case 4:
                return string.Concat(text.AsSpan(0, at), Pick(Fragments, random), text.AsSpan(to));
            case 5:
                return at == text.Length ? text : string.Concat(text.AsSpan(0, at), ((char)random.NextBelow(256)).ToString(), text.AsSpan(at + 1));
            case 6:
                return ChangeNumber(text, at, random);
            case 7:
                string other = Pick(corpus, random);
                return string.Concat(text.AsSpan(0, at), other.AsSpan(Position(other, random)));
            case 8:
                return ChangeWord(text, at, random);
            default:
                return ChangeLine(text, random);
        }
    }

    private static string ChangeLine(string text, RandomSource random)
    {
        List<string> lines = [.. text.Split('\n')];
        int line = (int)random.NextBelow((uint)lines.Count), other = (int)random.NextBelow((uint)lines.Count);
        switch (random.NextBelow(5))
        {
            case 0:
                lines.RemoveAt(line);
                break;
            case 1:
                lines.Insert(other, lines[line]);
                break;
            case 2:
                (lines[line], lines[other]) = (lines[other], lines[line]);
                break;
            case 3:
                lines[line] = new string(' ', (int)random.NextBelow(5)) + lines[line].TrimStart();
                break;
            default:
                string[] words = lines[line].Split(' ');
                int word = (int)random.NextBelow((uint)words.Length), next = (int)random.NextBelow((uint)words.Length);
                (words[word], words[next]) = (words[next], words[word]);
                lines[line] = string.Join(' ', words);
                break;
        }

        return string.Join('\n', lines);
    }

    /// <summary>Puts another value where the next number stands.</summary>
    private static string ChangeNumber(string text, int at, RandomSource random)
    {
        int start = at;
        while (start < text.Length && !char.IsAsciiDigit(text[start])) start++;
        int end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        string number = random.NextBelow(3) == 0 ? Pick(Fragments, random) : random.NextBelow(70000).ToString(CultureInfo.InvariantCulture);
        return string.Concat(text.AsSpan(0, start), number, text.AsSpan(end));
    }

    /// <summary>Puts a word of the text in another's place.</summary>
    private static string ChangeWord(string text, int at, RandomSource random)
    {
        (int start, int end) = WordAt(text, at);
        (int otherStart, int otherEnd) = WordAt(text, Position(text, random));
        return string.Concat(text.AsSpan(0, start), text.AsSpan(otherStart, otherEnd - otherStart), text.AsSpan(end));
    }

    private static (int Start, int End) WordAt(string text, int at)
    {
        int end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        while (at > 0 && !char.IsWhiteSpace(text[at - 1])) at--;
        return (at, end);
    }

    private static string Noise(RandomSource random)
    {
        var noise = new StringBuilder();
        uint length = random.NextBelow(300);
        uint kind = random.NextBelow(3);
        for (uint i = 0; i < length; i++)
        {
            if (kind == 0) noise.Append(Pick(Fragments, random));
            else noise.Append((char)random.NextBelow(kind == 1 ? 128u : 65536u));
        }

        return noise.ToString();
    }

    private static string Pick(IReadOnlyList<string> of, RandomSource random) => of[(int)random.NextBelow((uint)of.Count)];

    private static int Position(string text, RandomSource random) => (int)random.NextBelow((uint)text.Length + 1);
}
