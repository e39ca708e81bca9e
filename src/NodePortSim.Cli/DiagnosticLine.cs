using NodePortSim.Manifests;

namespace NodePortSim.Cli;

/// <summary>Prints diagnostics, one a line: <c>file:line:column: field: message</c>; a warning says that it is one.</summary>
internal static class DiagnosticLine
{
    public static string Of(Diagnostic diagnostic)
    {
        string line = diagnostic.ToString().ReplaceLineEndings(" ");
        if (diagnostic.Severity == DiagnosticSeverity.Error) return line;
        int place = (diagnostic with { Field = null, Message = "" }).ToString().Length;
        return line.Insert(place, "warning: ");
    }
}
