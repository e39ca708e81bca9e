using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace NodePortSim.DocsTests;

/// <summary>A page of the documentation.</summary>
internal sealed partial class DocumentPage
{
    private readonly MarkdownDocument _document;

    private DocumentPage(string name)
    {
        Name = name;
        Text = File.ReadAllText(Repository.PathOf(name));
        _document = Markdown.Parse(Text, new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(Markdig.Extensions.AutoIdentifiers.AutoIdentifierOptions.GitHub).Build());
    }

    /// <summary>All pages, by their paths in the repository.</summary>
    public static IEnumerable<string> Names =>
        new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md" }
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Select(Repository.NameOf))
            .Order(StringComparer.Ordinal);

    public string Name { get; }

    public string Text { get; }

    /// <summary>The fenced blocks, in order.</summary>
    public IReadOnlyList<CodeBlock> Blocks => [.. _document.Descendants<FencedCodeBlock>().Select(Read)];

    /// <summary>The targets of links, as they are written.</summary>
    public IEnumerable<string> Links => _document.Descendants<LinkInline>().Select(static link => link.Url).OfType<string>();

    /// <summary>What <c>#…</c> may lead to.</summary>
    public IEnumerable<string> Anchors => _document.Descendants<HeadingBlock>()
        .Select(static heading => Markdig.Renderers.Html.HtmlAttributesExtensions.GetAttributes(heading).Id).OfType<string>();

    public static DocumentPage Read(string name) => new(name);

    private CodeBlock Read(FencedCodeBlock block)
    {
        Match title = Title().Match(block.Arguments ?? "");
        string text = string.Concat(block.Lines.Lines.Take(block.Lines.Count).Select(static line => line.ToString() + "\n"));
        int start = block.Lines.Count == 0 ? block.Span.End : block.Lines.Lines[0].Position;
        return new CodeBlock(block.Info ?? "", title.Success ? title.Groups[1].Value : null, text, block.Line + 1, start);
    }

    [GeneratedRegex("title=\"([^\"]+)\"")]
    private static partial Regex Title();
}
