using NodePortSim.Iptables;
using NodePortSim.Iptables.Targets;

namespace NodePortSim.Netfilter;

/// <summary>What became of a packet at a hook.</summary>
internal enum HookResult : byte
{
    /// <summary>It goes on.</summary>
    Accept,

    /// <summary>It ended silently.</summary>
    Drop,

    /// <summary>It ended, and its sender is to be answered.</summary>
    Reject,
}

/// <summary>Why a hook ended a packet.</summary>
internal enum DropCause : byte
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>A rule.</summary>
    Rule,

    /// <summary>The policy of a built-in chain.</summary>
    Policy,

    /// <summary>Conntrack's table is full (spec netfilter-datapath 2.12).</summary>
    ConntrackTableFull,

    /// <summary>The entry's tuple was taken when it was to be inserted: no free source port, or a clash (spec netfilter-datapath 2.11, 3.4).</summary>
    ConntrackInsertFailed,

    /// <summary>MASQUERADE found no address (spec netfilter-datapath 3.7).</summary>
    NoMasqueradeAddress,

    /// <summary>After DNAT in OUTPUT the packet could not be routed (spec netfilter-datapath 1.5).</summary>
    RerouteFailed,

    /// <summary>The masqueraded flow now leaves by another interface (spec netfilter-datapath 3.7).</summary>
    MasqueradeInterfaceChanged,
}

/// <summary>The verdict of a hook, and which rule gave it.</summary>
/// <param name="Result">What became of the packet.</param>
/// <param name="Cause">Why, where it ended.</param>
/// <param name="RejectWith">The answer, where it was rejected.</param>
/// <param name="Table">The table of the deciding rule or policy.</param>
/// <param name="Chain">The name of the deciding chain; null where no rule decided. A reference to the chain's own string: nothing is allocated.</param>
/// <param name="RuleIndex">The place of the deciding rule in its chain, from 0; -1 for the policy.</param>
internal readonly record struct HookVerdict(
    HookResult Result,
    DropCause Cause = DropCause.None,
    RejectWith RejectWith = RejectWith.PortUnreachable,
    IptablesTable Table = IptablesTable.Filter,
    string? Chain = null,
    int RuleIndex = -1)
{
    /// <summary>The packet goes on.</summary>
    public static HookVerdict Accept => new(HookResult.Accept);

    /// <summary>The packet ended for a cause that is not a rule.</summary>
    public static HookVerdict Drop(DropCause cause) => new(HookResult.Drop, cause);
}
