using System.Diagnostics.CodeAnalysis;

namespace NodePortSim.Iptables;

/// <summary>Where a table has its chains: given once and for all, or made when somebody asks. Immutable as seen from outside; thread-safe.</summary>
internal abstract class ChainSource
{
    /// <summary>The number of chains.</summary>
    public abstract int Count { get; }

    /// <summary>All chains, in no promised order.</summary>
    public abstract IEnumerable<Chain> Chains { get; }

    /// <summary>The chain of a name, or null where there is none; always the same object.</summary>
    public abstract Chain? Find(string name);
}

/// <summary>Chains that were given.</summary>
internal sealed class GivenChains(Dictionary<string, Chain> byName) : ChainSource
{
    public override int Count => byName.Count;

    public override IEnumerable<Chain> Chains => byName.Values;

    public override Chain? Find(string name) => byName.GetValueOrDefault(name);
}

/// <summary>Chains that a trusted writer makes when they are first asked for. They call each other as the kernel allows, so that nobody need check.</summary>
internal abstract class GeneratedChains : ChainSource
{
    /// <summary>The chains that are there whatever else is, none of them long: the built-in ones, and those that stand beside them.</summary>
    public abstract IEnumerable<Chain> StandingChains { get; }

    /// <summary>The accounting objects that rules of chains beside <see cref="StandingChains"/> count on.</summary>
    public abstract IEnumerable<string> AccountingObjects { get; }

    /// <summary>The chain of a name, or null where there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="place">What a <see cref="Targets.JumpTarget.Place"/> or a <see cref="Chain.Owner"/> says, or null.</param>
    public abstract Chain? Find(string name, object? place);

    /// <summary>What differs from another version of these chains.</summary>
    /// <param name="before">The other version.</param>
    /// <param name="owners">The <see cref="Chain.Owner"/>s whose chains may differ; all others' are the same.</param>
    /// <returns>false where the two cannot be compared but by looking at all.</returns>
    public abstract bool TryCompare(GeneratedChains before, [NotNullWhen(true)] out IReadOnlyCollection<object>? owners);

    /// <summary>Whether a chain without an owner is the same as in another version, without making it.</summary>
    public abstract bool IsSame(GeneratedChains before, string name);
}
