using System.Text;

namespace NodePortSim.Simulation.Tracing;

/// <summary>A line of a printed trace, in three columns.</summary>
/// <param name="Where">The host, or the rule or other place on it.</param>
/// <param name="What">The packet, or what happened to it.</param>
/// <param name="Why">Why; "" where there is nothing to say.</param>
/// <param name="IsHost">Whether the line begins a host.</param>
internal sealed record TraceLine(string Where, string What, string Why, bool IsHost = false)
{
    private const int MaxWhere = 52;
    private const int MaxWhat = 64;

    /// <summary>A line with one word.</summary>
    public static TraceLine Heading(string text) => new(text, "", "", IsHost: true);

    /// <summary>Prints lines with their columns aligned; what is longer than a column may be pushes the next one aside.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<TraceLine> lines)
    {
        int where = lines.Select(static line => line.Indented.Length).Where(static length => length <= MaxWhere).DefaultIfEmpty().Max();
        int what = lines.Where(static line => line.Why.Length > 0).Select(static line => line.What.Length).Where(static length => length <= MaxWhat).DefaultIfEmpty().Max();
        foreach (TraceLine line in lines)
            text.Append($"{line.Indented.PadRight(where)}  {line.What.PadRight(what)}  {line.Why}".TrimEnd()).Append('\n');
    }

    private string Indented => IsHost ? Where.TrimEnd() : $"  {Where}";
}
