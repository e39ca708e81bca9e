using System.Formats.Tar;
using System.IO.Compression;

namespace NodePortSim.Tests.Conformance;

/// <summary>The recorded cases of Data/conformance.tar.gz (see Data/README.md), read once.</summary>
public static class ConformanceCases
{
    private static readonly Lazy<IReadOnlyDictionary<string, ConformanceCase>> Loaded = new(Load);

    public static IEnumerable<ConformanceCase> All => Loaded.Value.Values;

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. Loaded.Value.Keys];

    public static ConformanceCase Of(string name) => Loaded.Value[name];

    private static SortedDictionary<string, ConformanceCase> Load()
    {
        using Stream stream = typeof(ConformanceCases).Assembly.GetManifestResourceStream("conformance.tar.gz")!;
        using var unpacked = new GZipStream(stream, CompressionMode.Decompress);
        using var archive = new TarReader(unpacked);
        var files = new Dictionary<string, SortedDictionary<string, string>>();
        while (archive.GetNextEntry() is { } entry)
        {
            int slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            string name = entry.Name[..slash];
            if (!files.TryGetValue(name, out SortedDictionary<string, string>? own)) files[name] = own = new(StringComparer.Ordinal);
            using var reader = new StreamReader(entry.DataStream ?? Stream.Null);
            own[entry.Name[(slash + 1)..]] = reader.ReadToEnd();
        }

        var cases = new SortedDictionary<string, ConformanceCase>(StringComparer.Ordinal);
        foreach ((string name, SortedDictionary<string, string> own) in files) cases[name] = new ConformanceCase(name, own);
        return cases;
    }
}
