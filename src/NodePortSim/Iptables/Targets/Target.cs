namespace NodePortSim.Iptables.Targets;

/// <summary>What a rule does with a packet that matches: <c>-j</c> or <c>-g</c>. Immutable; thread-safe.</summary>
public abstract record Target;

/// <summary><c>-j ACCEPT</c>: the packet passes this hook's table.</summary>
public sealed record AcceptTarget : Target;

/// <summary><c>-j DROP</c>: the packet ends here silently.</summary>
public sealed record DropTarget : Target;

/// <summary><c>-j RETURN</c>: back to the calling chain, or to the policy in a built-in one.</summary>
public sealed record ReturnTarget : Target;

/// <summary><c>-j CHAIN</c>: tries the rules of another chain, then comes back.</summary>
/// <param name="Chain">The chain's name.</param>
public sealed record JumpTarget(string Chain) : Target
{
    /// <summary>Where the writer of the rule has the chain: it finds it faster by this than by the name. No part of the target's value.</summary>
    internal object? Place { get; init; }

    /// <inheritdoc/>
    public bool Equals(JumpTarget? other) => other is not null && string.Equals(Chain, other.Chain, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Chain, StringComparison.Ordinal);
}

/// <summary><c>-g CHAIN</c>: goes on in another chain; its end returns to this chain's caller.</summary>
/// <param name="Chain">The chain's name.</param>
public sealed record GotoTarget(string Chain) : Target;
