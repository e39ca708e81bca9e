namespace NodePortSim.Manifests;

/// <summary>What the reader refuses to hold, so that no input can exhaust memory or stack.</summary>
internal static class ManifestLimits
{
    /// <summary>The longest text of one file, in UTF-16 characters; 10,000 services of 50 endpoints take about 100 million.</summary>
    public const int MaxTextLength = 256 * 1024 * 1024;

    /// <summary>The deepest nesting of a document, aliases expanded; the API server's own objects stay below 40.</summary>
    public const int MaxDepth = 200;

    /// <summary>The most nodes that the aliases of one document may stand for, together.</summary>
    public const int MaxAliasedNodes = 1_000_000;

    /// <summary>The most diagnostics listed for one file; one more says that there are others.</summary>
    public const int MaxDiagnosticsPerFile = 1_000;
}
