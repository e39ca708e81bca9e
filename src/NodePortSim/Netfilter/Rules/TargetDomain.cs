using NodePortSim.Iptables;

namespace NodePortSim.Netfilter.Rules;

/// <summary>In which tables and hooks the kernel lets a target be used (spec netfilter-datapath 4).</summary>
internal static class TargetDomain
{
    private const int AnyHook = 31;

    /// <summary>Whether a rule with the target switches conntrack on (spec netfilter-datapath 1.3).</summary>
    public static bool NeedsConntrack(TargetCode target) =>
        target is TargetCode.SetConnmark or TargetCode.SaveConnmark or TargetCode.RestoreConnmark || OnlyTable(target) == IptablesTable.Nat;

    /// <summary>The only table that takes the target; null where all do.</summary>
    public static IptablesTable? OnlyTable(TargetCode target) => target switch
    {
        TargetCode.Dnat or TargetCode.Redirect or TargetCode.Snat or TargetCode.Masquerade => IptablesTable.Nat,
        TargetCode.Reject => IptablesTable.Filter,
        TargetCode.NoTrack => IptablesTable.Raw,
        _ => null,
    };

    /// <summary>The hooks whose packets the target may meet, a bit each.</summary>
    public static int Hooks(TargetCode target) => target switch
    {
        TargetCode.Dnat or TargetCode.Redirect => Bit(Hook.Prerouting) | Bit(Hook.Output),
        TargetCode.Snat => Bit(Hook.Input) | Bit(Hook.Postrouting),
        TargetCode.Masquerade => Bit(Hook.Postrouting),
        TargetCode.Reject => Bit(Hook.Input) | Bit(Hook.Forward) | Bit(Hook.Output),
        _ => AnyHook,
    };

    /// <summary>Whether the target may be used in a table, by a chain that packets of the given hooks meet.</summary>
    public static bool Allows(TargetCode target, IptablesTable table, int hooks) =>
        (OnlyTable(target) ?? table) == table && (hooks & ~Hooks(target)) == 0;

    /// <summary>A hook as a bit.</summary>
    public static int Bit(Hook hook) => 1 << (int)hook;
}
