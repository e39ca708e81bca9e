namespace NodePortSim.Kubernetes.Validation;

/// <summary>The forms of names in the Kubernetes API; each rule yields what is wrong with a value, in the API server's words.</summary>
/// <remarks>Checked by hand rather than by regular expression: names are short, and clusters have tens of thousands of them.</remarks>
internal static class NameRules
{
    private const string Dns1123LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string Dns1123SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Dns1035LabelMessage =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string LabelValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string QualifiedNamePart =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    /// <summary>A DNS label of RFC 1123: at most 63 characters.</summary>
    public static IEnumerable<string> Dns1123Label(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (IsLabel(value)) yield break;
        yield return IsSubdomain(value) ? "must not contain dots" : Dns1123LabelMessage;
    }

    /// <summary>A DNS subdomain of RFC 1123: at most 253 characters.</summary>
    public static IEnumerable<string> Dns1123Subdomain(string value)
    {
        if (value.Length > 253) yield return TooLong(253);
        if (!IsSubdomain(value)) yield return Dns1123SubdomainMessage;
    }

    /// <summary>Whether a value is a DNS subdomain of RFC 1123.</summary>
    public static bool IsDns1123Subdomain(string value) => value.Length <= 253 && IsSubdomain(value);

    /// <summary>A DNS label of RFC 1035, which a Service's name is: at most 63 characters, the first a letter.</summary>
    public static IEnumerable<string> Dns1035Label(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (!IsLabel(value) || !char.IsAsciiLetterLower(value[0])) yield return Dns1035LabelMessage;
    }

    /// <summary>The name of a port as RFC 6335 has it (IANA_SVC_NAME): at most 15 characters.</summary>
    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15) yield return TooLong(15);
        if (value.Length == 0 || value.Any(static c => !IsLower(c) && c != '-'))
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        if (!value.Any(char.IsAsciiLetterLower)) yield return "must contain at least one letter (a-z)";
        if (value.Contains("--", StringComparison.Ordinal)) yield return "must not contain consecutive hyphens";
        if (value.StartsWith('-') || value.EndsWith('-')) yield return "must not begin or end with a hyphen";
    }

    /// <summary>The value of a label: at most 63 characters.</summary>
    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (value.Length > 0 && !IsName(value)) yield return LabelValueMessage;
    }

    /// <summary>A qualified name, which the key of a label is: an optional DNS subdomain, a slash, and a name of at most 63 characters.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        string[] parts = value.Split('/');
        string name = parts[^1];
        if (parts.Length > 2)
        {
            yield return $"a qualified name {QualifiedNamePart} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) yield return "prefix part must be non-empty";
            else
                foreach (string message in Dns1123Subdomain(parts[0])) yield return "prefix part " + message;
        }

        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part " + TooLong(63);
        if (!IsName(name)) yield return "name part " + QualifiedNamePart;
    }

    private static string TooLong(int limit) => $"must be no more than {GoValue.Number(limit)} characters";

    private static bool IsLabel(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value[0] == '-' || value[^1] == '-') return false;
        foreach (char c in value)
            if (!IsLower(c) && c != '-') return false;
        return true;
    }

    private static bool IsSubdomain(string value)
    {
        foreach (Range label in value.AsSpan().Split('.'))
            if (!IsLabel(value.AsSpan()[label])) return false;
        return true;
    }

    private static bool IsName(string value)
    {
        if (value.Length == 0 || !char.IsAsciiLetterOrDigit(value[0]) || !char.IsAsciiLetterOrDigit(value[^1])) return false;
        foreach (char c in value)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        return true;
    }

    private static bool IsLower(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
