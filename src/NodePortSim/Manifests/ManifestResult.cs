using NodePortSim.Collections;

namespace NodePortSim.Manifests;

/// <summary>What <see cref="ManifestReader"/> read. Immutable; thread-safe.</summary>
public sealed record ManifestResult
{
    /// <summary>The objects that have no error, in the order of files and of documents in them; lists are flattened.</summary>
    public EquatableArray<ManifestObject> Objects { get; init; }

    /// <summary>The errors and warnings of all files, in the order of files, lines and columns.</summary>
    public EquatableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>Whether there is an error: then what was read should not be used, in whole or in part.</summary>
    public bool HasErrors => Diagnostics.Any(static d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>The objects that have errors, without the fields at fault: a validator can find their other problems.</summary>
    internal EquatableArray<ManifestObject> Incomplete { get; init; }

    /// <summary>Refuses manifests with errors.</summary>
    /// <returns>This result.</returns>
    /// <exception cref="ManifestException">There is an error; the message lists all of them.</exception>
    public ManifestResult ThrowIfErrors() => HasErrors ? throw new ManifestException(Diagnostics) : this;
}
