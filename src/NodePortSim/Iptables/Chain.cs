using NodePortSim.Collections;

namespace NodePortSim.Iptables;

/// <summary>What a built-in chain does with a packet that no rule of it decided.</summary>
public enum ChainPolicy : byte
{
    /// <summary>The packet goes on.</summary>
    Accept,

    /// <summary>The packet is dropped silently.</summary>
    Drop,
}

/// <summary>A named list of rules. Immutable; thread-safe.</summary>
/// <param name="Name">The chain's name, up to 28 characters.</param>
/// <param name="Policy">The policy of a built-in chain; null for a user chain, whose end returns to the caller.</param>
/// <param name="Rules">The rules, tried in order.</param>
public sealed record Chain(string Name, ChainPolicy? Policy, EquatableArray<Rule> Rules)
{
    /// <summary>Whether the kernel owns the chain and a hook calls it.</summary>
    public bool IsBuiltIn => Policy is not null;
}
