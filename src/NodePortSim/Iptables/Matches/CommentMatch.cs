namespace NodePortSim.Iptables.Matches;

/// <summary><c>-m comment --comment text</c>: always holds.</summary>
/// <param name="Text">The comment, up to 255 characters.</param>
public sealed record CommentMatch(string Text) : Match;
