namespace NodePortSim.Iptables.Matches;

/// <summary>The states that <c>--ctstate</c> can list (spec netfilter-datapath 2.2).</summary>
[Flags]
public enum ConntrackStates : byte
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>The packet belongs to no entry, and could not open one.</summary>
    Invalid = 1,

    /// <summary>The flow has not seen a reply yet.</summary>
    New = 2,

    /// <summary>The packet starts a flow that an existing one announced, or is an ICMP error about one.</summary>
    Related = 4,

    /// <summary>The flow has seen packets both ways.</summary>
    Established = 8,

    /// <summary>The packet was excluded from conntrack by NOTRACK.</summary>
    Untracked = 16,

    /// <summary>The entry's source is translated.</summary>
    Snat = 32,

    /// <summary>The entry's destination is translated.</summary>
    Dnat = 64,
}

/// <summary><c>-m conntrack [!] --ctstate list</c>: holds if any listed state does, and <see cref="Entry"/> where it is given.</summary>
/// <param name="States">The listed states; <see cref="ConntrackStates.None"/> means that <c>--ctstate</c> is not given, and tests nothing.</param>
/// <param name="Inverted">Whether none of the states may hold.</param>
public sealed record ConntrackMatch(ConntrackStates States, bool Inverted = false) : Match
{
    /// <summary>The tests of the conntrack entry (<c>--ctorigdst</c>, <c>--ctstatus</c>, …); null tests nothing.</summary>
    public ConntrackEntryTest? Entry { get; init; }
}
