using NodePortSim.Iptables;
using NodePortSim.Net;
using NodePortSim.Simulation;

namespace NodePortSim.Cli;

/// <summary>The rules of one family of a node as text.</summary>
/// <param name="iptables">The node's rules.</param>
/// <param name="family">The family.</param>
/// <param name="table">The table's name, or <c>all</c>.</param>
internal sealed class RuleTexts(NodeIptables iptables, IpFamily family, string table)
{
    /// <summary>The tables that kube-proxy writes, those of services first.</summary>
    public static readonly IptablesTable[] Tables = [IptablesTable.Nat, IptablesTable.Filter, IptablesTable.Mangle];

    private IptablesTable[] Asked => IptablesTables.Parse(table) is { } one ? [one] : [.. Tables.Where(each => iptables.Rules(family)[each] is not null)];

    /// <summary>The text of the tables in a format; of one chain where one is named.</summary>
    public string Write(string? format, string? chain) => (format ?? (chain is null ? "save" : "spec")) switch
    {
        "save" => string.Concat(Asked.Select(each => iptables.Save(each, family))),
        "restore" => Restore(),
        "spec" => Each(chain, "-S", each => iptables.Spec(each, chain, family)),
        _ => Each(chain, "-L -v -n", each => iptables.List(each, chain, family)),
    };

    private string Each(string? chain, string command, Func<IptablesTable, string> write)
    {
        IptablesTable[] tables = Asked;
        if (chain is not null)
        {
            tables = [.. tables.Where(each => iptables.Rules(family)[each]?.TryGetChain(chain, out _) == true)];
            if (tables.Length == 0) throw new UsageException(table == "all" ? $"no table of the node has a chain \"{chain}\"" : $"table {table} of the node has no chain \"{chain}\"");
        }

        if (tables.Length == 1) return write(tables[0]);
        string program = family == IpFamily.IPv4 ? "iptables" : "ip6tables";
        return string.Join('\n', tables.Select(each => $"# {program} -t {each.Name()} {command}{(chain is null ? "" : $" {chain}")}\n{write(each)}"));
    }

    private string Restore()
    {
        string text = iptables.LastRestoreInput(family);
        if (IptablesTables.Parse(table) is not { } one) return text;
        int start = text.IndexOf($"*{one.Name()}\n", StringComparison.Ordinal);
        if (start < 0) return "";
        int end = text.IndexOf("\nCOMMIT\n", start, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..(end + "\nCOMMIT\n".Length)];
    }
}
