namespace NodePortSim.DocsTests;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">The word after the fence, such as <c>csharp</c>; empty where there is none.</param>
/// <param name="FileName">The file that the reader is to save it as, from <c>title="…"</c>; null for none.</param>
/// <param name="Text">Its lines, each with its end.</param>
/// <param name="Line">The fence's line in the page, from 1.</param>
/// <param name="Start">Where the text begins in the page, in characters.</param>
internal sealed record CodeBlock(string Language, string? FileName, string Text, int Line, int Start);
