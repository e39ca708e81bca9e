namespace NodePortSim.Iptables.Matches;

/// <summary>What a <see cref="RecentMatch"/> does with its list.</summary>
public enum RecentMode : byte
{
    /// <summary><c>--set</c>: adds or refreshes the address; always holds.</summary>
    Set,

    /// <summary><c>--rcheck</c>: holds if the address is listed; does not refresh it.</summary>
    Check,

    /// <summary><c>--update</c>: as <see cref="Check"/>, and refreshes the address.</summary>
    Update,

    /// <summary><c>--remove</c>: removes the address; holds if it was listed.</summary>
    Remove,
}

/// <summary><c>-m recent</c>: a list of source addresses with the times of their packets (spec netfilter-datapath 4).</summary>
/// <param name="Mode">What is done.</param>
/// <param name="ListName">The list's name.</param>
public sealed record RecentMatch(RecentMode Mode, string ListName) : Match
{
    /// <summary><c>--seconds</c>: how long ago the address may have been seen, in seconds; null means ever.</summary>
    public int? Seconds { get; init; }

    /// <summary><c>--reap</c>: whether a check also removes an address older than <see cref="Seconds"/>.</summary>
    public bool Reap { get; init; }

    /// <summary>Whether the test must fail.</summary>
    public bool Inverted { get; init; }
}
