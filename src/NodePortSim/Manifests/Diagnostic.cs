using System.Globalization;
using System.Text;

namespace NodePortSim.Manifests;

/// <summary>One problem of a manifest, and its place. Immutable; thread-safe.</summary>
/// <param name="Severity">How grave it is.</param>
/// <param name="File">The file as the caller named it; <c>-</c> for standard input.</param>
/// <param name="Line">The line, from 1; 0 where the problem is the file's as a whole.</param>
/// <param name="Column">The column in characters, from 1; 0 where the problem is the file's as a whole.</param>
/// <param name="Field">The field's path, such as <c>spec.ports[0].nodePort</c>; null where the problem is not a field's.</param>
/// <param name="Message">What is wrong, in the API server's words where it has some.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string File, int Line, int Column, string? Field, string Message)
{
    /// <summary>The text <c>file:line:column: field: message</c>; parts that are absent are left out.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(File);
        if (Line > 0) text.Append(CultureInfo.InvariantCulture, $":{Line}:{Column}");
        text.Append(": ");
        if (!string.IsNullOrEmpty(Field)) text.Append(Field).Append(": ");
        return text.Append(Message).ToString();
    }
}
