namespace NodePortSim.Manifests;

/// <summary>Finds and opens the files that paths name.</summary>
internal static class ManifestFiles
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    private static readonly string[] Extensions = [".json", ".yaml", ".yml"];

    /// <summary>The files of a path: itself, or those of a directory by name (ordinal), its sub-directories left out.</summary>
    /// <returns>The files; or none, and why.</returns>
    public static (IReadOnlyList<string> Files, string? Problem) Find(string path)
    {
        if (path == StandardInput || File.Exists(path)) return ([path], null);
        if (!Directory.Exists(path)) return ([], $"the path \"{path}\" does not exist");
        try
        {
            string[] files = Directory.GetFiles(path)
                .Where(static file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
                .OrderBy(Path.GetFileName, StringComparer.Ordinal)
                .ToArray();
            return files.Length > 0 ? (files, null) : ([], "the directory has no file with one of the extensions .json, .yaml and .yml");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], e.Message);
        }
    }

    /// <summary>The text of a file, or null and why.</summary>
    public static (string? Text, string? Problem) ReadText(string file, TextReader? standardInput)
    {
        try
        {
            if (file != StandardInput) return (File.ReadAllText(file), null);
            return standardInput is null ? (null, "there is no standard input") : (standardInput.ReadToEnd(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return (null, e.Message);
        }
    }
}
