namespace NodePortSim.Iptables.Text;

/// <summary>A place in a text that cannot be understood, and why, in iptables' wording where it has one (spec netfilter-datapath 6.6).</summary>
/// <param name="File">The name of the text.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record TextError(string File, int Line, int Column, string Message)
{
    /// <summary>The text <c>file:line:column: message</c>.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}");
}
