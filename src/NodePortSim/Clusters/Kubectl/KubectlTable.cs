using System.Text;
using NodePortSim.Kubernetes;

namespace NodePortSim.Clusters.Kubectl;

/// <summary>One table of <c>kubectl get</c>: a header, and a row for each object.</summary>
/// <param name="resource">What stands before an object's name where several tables are printed: <c>deployment.apps</c>.</param>
/// <param name="columns">The headers behind the name's; those that only <c>-o wide</c> shows have a <c>*</c> before them.</param>
internal sealed class KubectlTable(string resource, params string[] columns)
{
    private const int Padding = 3;

    private readonly List<(ObjectKey Key, string[] Cells)> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Adds an object's row: one cell for each column behind the name.</summary>
    public void Add(ObjectKey key, params string[] cells)
    {
        if (cells.Length != columns.Length) throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns", nameof(cells));
        _rows.Add((key, cells));
    }

    public string Print(KubectlGetOptions options, bool withResource)
    {
        List<string[]> lines = [Line(options, "NAMESPACE", "NAME", columns)];
        foreach ((ObjectKey key, string[] cells) in _rows)
            lines.Add(Line(options, key.Namespace, withResource ? $"{resource}/{key.Name}" : key.Name, cells));
        return Align(lines);
    }

    private string[] Line(KubectlGetOptions options, string space, string name, string[] cells)
    {
        List<string> line = options.Namespace is null ? [space, name] : [name];
        for (int i = 0; i < columns.Length; i++)
            if (options.Wide || !columns[i].StartsWith('*')) line.Add(cells[i].TrimStart('*'));
        return [.. line];
    }

    // As kubectl's tab writer does: three spaces behind the widest cell of a column; nothing behind the last.
    private static string Align(List<string[]> lines)
    {
        int count = lines[0].Length;
        int[] widths = [.. Enumerable.Range(0, count).Select(column => lines.Max(line => line[column].Length) + Padding)];
        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            for (int column = 0; column < count - 1; column++) text.Append(line[column].PadRight(widths[column]));
            text.Append(line[^1]).Append('\n');
        }

        return text.ToString();
    }
}
