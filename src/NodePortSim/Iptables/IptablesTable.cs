namespace NodePortSim.Iptables;

/// <summary>A table of iptables, in the order in which <c>iptables-save</c> (nf_tables back end) prints them (spec kube-proxy-iptables 3.8).</summary>
public enum IptablesTable : byte
{
    /// <summary>mangle: changes packets and marks, for every packet.</summary>
    Mangle,

    /// <summary>security: labels; unused by kube-proxy.</summary>
    Security,

    /// <summary>raw: before conntrack.</summary>
    Raw,

    /// <summary>filter: accepts or drops every packet.</summary>
    Filter,

    /// <summary>nat: decides the translation of a flow, for its first packet.</summary>
    Nat,
}

/// <summary>The names and built-in chains of an <see cref="IptablesTable"/>.</summary>
public static class IptablesTables
{
    /// <summary>The table's lower-case name: <c>nat</c>, <c>filter</c>, ….</summary>
    /// <param name="table">The table.</param>
    public static string Name(this IptablesTable table) => table switch
    {
        IptablesTable.Mangle => "mangle",
        IptablesTable.Security => "security",
        IptablesTable.Raw => "raw",
        IptablesTable.Filter => "filter",
        IptablesTable.Nat => "nat",
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, null),
    };

    /// <summary>The table of a lower-case name, or null where no table has it.</summary>
    /// <param name="name">The name.</param>
    public static IptablesTable? Parse(string name) => name switch
    {
        "mangle" => IptablesTable.Mangle,
        "security" => IptablesTable.Security,
        "raw" => IptablesTable.Raw,
        "filter" => IptablesTable.Filter,
        "nat" => IptablesTable.Nat,
        _ => null,
    };

    /// <summary>The built-in chains of the table, in the order in which <c>iptables-save</c> prints them.</summary>
    /// <param name="table">The table.</param>
    public static IReadOnlyList<string> BuiltInChains(this IptablesTable table) => table switch
    {
        IptablesTable.Mangle => ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
        IptablesTable.Security => ["INPUT", "FORWARD", "OUTPUT"],
        IptablesTable.Raw => ["PREROUTING", "OUTPUT"],
        IptablesTable.Filter => ["INPUT", "FORWARD", "OUTPUT"],
        IptablesTable.Nat => ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, null),
    };
}
