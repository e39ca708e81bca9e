namespace NodePortSim.Iptables.Text;

/// <summary>How many packets, and bytes of them, a rule or a policy has decided about.</summary>
/// <param name="Packets">The number of packets.</param>
/// <param name="Bytes">The sum of their lengths, IP header included.</param>
public readonly record struct RuleCounter(ulong Packets, ulong Bytes);

/// <summary>Where writers take counters from (spec netfilter-datapath 1.4).</summary>
public interface IRuleCounters
{
    /// <summary>The counter of a rule.</summary>
    /// <param name="table">The rule's table.</param>
    /// <param name="chain">The rule's chain.</param>
    /// <param name="ruleIndex">The rule's place in the chain, from 0.</param>
    RuleCounter OfRule(IptablesTable table, string chain, int ruleIndex);

    /// <summary>The counter of a built-in chain's policy.</summary>
    /// <param name="table">The chain's table.</param>
    /// <param name="chain">The built-in chain.</param>
    RuleCounter OfPolicy(IptablesTable table, string chain);
}
