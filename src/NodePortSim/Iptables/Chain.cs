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

    /// <summary>
    /// What a higher floor made of this very chain and keeps with it, so that all who have the chain share it. It is no part of the chain's value;
    /// a copy made by <c>with</c> carries it along, so that its owner checks whose it is.
    /// </summary>
    internal object? Derived;

    /// <summary>Which of its maker's parts the chain belongs to, where that made it; no part of the chain's value.</summary>
    internal object? Owner { get; init; }

    /// <inheritdoc/>
    public bool Equals(Chain? other) =>
        ReferenceEquals(this, other) || other is not null && Name == other.Name && Policy == other.Policy && Rules == other.Rules;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Policy, Rules);
}
