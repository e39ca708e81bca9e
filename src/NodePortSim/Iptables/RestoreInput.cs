using System.Collections.Immutable;
using NodePortSim.Net;

namespace NodePortSim.Iptables;

/// <summary>What is handed to <c>iptables-restore --noflush</c>: for each table the chains to create or flush, then commands, applied at once.</summary>
/// <remarks>
/// kube-proxy changes rules by such texts alone (spec kube-proxy-iptables 3.3). A chain that is declared is emptied and its counters start at zero;
/// a chain that is not declared keeps its rules and counters. Immutable; thread-safe.
/// </remarks>
/// <param name="Family">The family of the rules.</param>
/// <param name="Tables">The tables in the order of the text.</param>
public sealed record RestoreInput(IpFamily Family, ImmutableArray<RestoreTable> Tables);

/// <summary>One <c>*table … COMMIT</c> block.</summary>
/// <param name="Table">The table.</param>
/// <param name="DeclaredChains">The names of the <c>:CHAIN - [0:0]</c> lines, in order.</param>
/// <param name="Commands">The command lines, in order.</param>
public sealed record RestoreTable(IptablesTable Table, ImmutableArray<string> DeclaredChains, ImmutableArray<RestoreCommand> Commands)
{
    /// <summary>The policies that declared built-in chains are given; a built-in chain that is declared without one keeps its own.</summary>
    public ImmutableDictionary<string, ChainPolicy> Policies { get; init; } = ImmutableDictionary<string, ChainPolicy>.Empty;
}

/// <summary>A command line of a restore text.</summary>
/// <param name="Chain">The chain that it is about.</param>
public abstract record RestoreCommand(string Chain);

/// <summary><c>-A CHAIN rule</c>: appends a rule.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Rule">The rule.</param>
public sealed record AppendRule(string Chain, Rule Rule) : RestoreCommand(Chain);

/// <summary><c>-I CHAIN rule</c>: inserts a rule at the top.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Rule">The rule.</param>
public sealed record InsertRule(string Chain, Rule Rule) : RestoreCommand(Chain);

/// <summary><c>-X CHAIN</c>: deletes a user chain, which must be empty and not referred to.</summary>
/// <param name="Chain">The chain.</param>
public sealed record DeleteChain(string Chain) : RestoreCommand(Chain);
