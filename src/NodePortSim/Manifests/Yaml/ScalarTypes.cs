using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace NodePortSim.Manifests.Yaml;

/// <summary>The types and values of plain scalars, as kubectl's YAML 1.1 reader has them (<c>yes</c> and <c>on</c> are booleans, <c>010</c> is 8).</summary>
internal static partial class ScalarTypes
{
    /// <summary>The type of a scalar that has neither quotes nor a tag.</summary>
    public static YamlScalarType OfPlain(string text)
    {
        if (text.Length == 0) return YamlScalarType.Null;
        switch (text[0])
        {
            case '~' or 'n' or 'N' or 'y' or 'Y' or 't' or 'T' or 'f' or 'F' or 'o' or 'O':
                if (text is "~" or "null" or "Null" or "NULL") return YamlScalarType.Null;
                return TryBoolean(text, out _) ? YamlScalarType.Boolean : YamlScalarType.String;
            case '+' or '-' or '.' or (>= '0' and <= '9'):
                if (TryInteger(text, out BigInteger value) && value >= long.MinValue && value <= ulong.MaxValue) return YamlScalarType.Integer;
                return IsNumber(text) ? YamlScalarType.Number : YamlScalarType.String;
            default:
                return YamlScalarType.String;
        }
    }

    /// <summary>Reads a boolean of YAML 1.1.</summary>
    public static bool TryBoolean(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "y" or "Y" or "on" or "On" or "ON";
        return value || text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "n" or "N" or "off" or "Off" or "OFF";
    }

    /// <summary>Reads an integer: decimal, or by its prefix hexadecimal (0x), octal (0o, 0) or binary (0b); underscores part digits.</summary>
    public static bool TryInteger(string text, out BigInteger value)
    {
        value = 0;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        bool negative = digits.StartsWith('-');
        if (negative || digits.StartsWith('+')) digits = digits[1..];
        int radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, int prefix) = char.ToLowerInvariant(digits[1]) switch { 'x' => (16, 2), 'o' => (8, 2), 'b' => (2, 2), _ => (8, 1) };
            digits = digits[prefix..];
        }

        // Longer ones are no port, count or timeout, and reading them takes quadratic time.
        if (digits.Length is 0 or > 64) return false;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix) return false;
            value = value * radix + digit;
        }

        if (negative) value = -value;
        return true;
    }

    /// <summary>Reads a number that the API server would take for an integer: <c>80</c>, <c>0x50</c>, also <c>80.0</c> and <c>8e1</c>.</summary>
    public static bool TryInteger(YamlScalar scalar, out BigInteger value)
    {
        value = 0;
        if (scalar.Type is not (YamlScalarType.Integer or YamlScalarType.Number)) return false;
        if (TryInteger(scalar.Text, out value)) return true;
        if (!double.TryParse(scalar.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return false;
        if (!double.IsInteger(number)) return false;
        value = new BigInteger(number);
        return true;
    }

    private static bool IsNumber(string text) =>
        NumberPattern().IsMatch(text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal)) || text is ".nan" or ".NaN" or ".NAN" || text.TrimStart('+', '-') is ".inf" or ".Inf" or ".INF";

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();
}
