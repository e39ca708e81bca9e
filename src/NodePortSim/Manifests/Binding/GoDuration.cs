using System.Globalization;

namespace NodePortSim.Manifests.Binding;

/// <summary>Durations as Go writes them: signed decimal numbers with a unit each, <c>1h30m</c>, <c>1.5s</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private const decimal MaxNanoseconds = long.MaxValue;

    /// <summary>Reads a duration; what is below 100 ns is cut off. The problem is in Go's words.</summary>
    public static bool TryParse(string text, out TimeSpan value, out string problem)
    {
        value = default;
        problem = $"time: invalid duration \"{text}\"";
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest is "0") return true;
        if (rest.IsEmpty) return false;

        decimal nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            int digits = LengthOf(rest, static c => char.IsAsciiDigit(c) || c == '.');
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)) return false;
            rest = rest[digits..];

            ReadOnlySpan<char> unit = rest[..LengthOf(rest, static c => !char.IsAsciiDigit(c) && c != '.')];
            decimal scale = NanosecondsOf(unit);
            if (scale == 0)
            {
                problem = unit.IsEmpty ? $"time: missing unit in duration \"{text}\"" : $"time: unknown unit \"{unit}\" in duration \"{text}\"";
                return false;
            }

            if (number > MaxNanoseconds / scale) return false;
            nanoseconds += number * scale;
            if (nanoseconds > MaxNanoseconds) return false;
            rest = rest[unit.Length..];
        }

        value = TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick)) * (negative ? -1 : 1);
        return true;
    }

    private static int LengthOf(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < text.Length && belongs(text[length])) length++;
        return length;
    }

    private static decimal NanosecondsOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00B5s" or "\u03BCs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 0,
    };
}
