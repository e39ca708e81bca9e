namespace NodePortSim.Iptables.Text;

/// <summary>What <see cref="SaveReader"/> read: rules and their counters. Immutable; thread-safe.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Counters">The counters of policies and rules as they stood in the text; zero where there were none.</param>
public sealed record SavedRules(RuleSet Rules, IRuleCounters Counters);
