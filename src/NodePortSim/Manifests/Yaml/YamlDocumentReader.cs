using YamlDotNet.Core;

namespace NodePortSim.Manifests.Yaml;

/// <summary>A document of a YAML text.</summary>
/// <param name="Root">Its root node.</param>
/// <param name="Origin">Gives the root node again, later.</param>
/// <param name="HasErrors">Whether an error was found in it: a key twice, say.</param>
internal sealed record YamlDocument(YamlNode Root, YamlOrigin Origin, bool HasErrors);

/// <summary>Reads a text's YAML documents as trees of located nodes. Errors go to a list; nothing is thrown for bad input.</summary>
internal static class YamlDocumentReader
{
    /// <summary>Reads all documents that can be read, one by one as they are asked for; empty ones are left out.</summary>
    public static IEnumerable<YamlDocument> Read(string text, DiagnosticList diagnostics)
    {
        if (text.Length > ManifestLimits.MaxTextLength)
        {
            diagnostics.Error(default, null, $"the text is longer than {ManifestLimits.MaxTextLength} characters");
            yield break;
        }

        foreach (YamlText.Part part in YamlText.Split(text))
        {
            var composer = new YamlComposer(part, diagnostics);
            while (Next(composer, part, diagnostics) is { } document)
                if (!document.Root.IsNull || document.HasErrors) yield return document;
        }
    }

    private static YamlDocument? Next(YamlComposer composer, YamlText.Part part, DiagnosticList diagnostics)
    {
        try
        {
            return composer.NextDocument();
        }
        catch (YamlException e)
        {
            diagnostics.Error(PositionOf(e, composer, part), null, $"invalid YAML: {e.Message}");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser meets some malformed flow mappings, escapes and directives with an exception of the base library, which says nothing of YAML.
            diagnostics.Error(composer.CurrentPosition, null, "invalid YAML: cannot be parsed from here on");
        }

        return null;
    }

    // The parser names the start of what it was scanning, at times far before the event that it had reached.
    private static YamlPosition PositionOf(YamlException problem, YamlComposer composer, YamlText.Part part)
    {
        YamlPosition named = composer.PositionOf(problem.Start);
        YamlPosition reached = composer.CurrentPosition;
        if (named.Line > reached.Line || (named.Line == reached.Line && named.Column >= reached.Column)) return named;
        return problem.Message.Contains("invalid tab", StringComparison.Ordinal) ? YamlText.TabAfter(part, reached) ?? reached : reached;
    }
}
