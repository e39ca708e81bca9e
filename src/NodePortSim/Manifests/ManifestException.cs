namespace NodePortSim.Manifests;

/// <summary>Manifests that cannot be used; the message has one line for each error.</summary>
public sealed class ManifestException : Exception
{
    /// <summary>Makes the exception of what a reader found.</summary>
    /// <param name="diagnostics">The errors and warnings; the message lists the errors.</param>
    public ManifestException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error))) =>
        Diagnostics = diagnostics;

    /// <summary>Makes an exception with a message alone.</summary>
    /// <param name="message">The message.</param>
    public ManifestException(string message)
        : base(message) => Diagnostics = [];

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public ManifestException(string message, Exception innerException)
        : base(message, innerException) => Diagnostics = [];

    /// <summary>Makes an exception without more to say.</summary>
    public ManifestException()
        : this("the manifests cannot be used")
    {
    }

    /// <summary>All that was found, errors and warnings.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
