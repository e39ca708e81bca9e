using System.Collections.Immutable;

namespace NodePortSim.Iptables;

/// <summary>What <c>iptables-restore</c> did. Immutable; thread-safe.</summary>
/// <param name="Rules">The rules after it.</param>
/// <param name="Changes">The chains that it touched, one entry a chain; the counters of all others stay as they are.</param>
public sealed record RestoreResult(RuleSet Rules, ImmutableArray<ChainChange> Changes);

/// <summary>What became of a chain.</summary>
/// <param name="Table">The chain's table.</param>
/// <param name="Chain">The chain's name.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Inserted">
/// Of an extended chain, how many rules were put before its old ones: old rule <c>i</c> is now rule <c>i + Inserted</c> and keeps its counters.
/// </param>
public sealed record ChainChange(IptablesTable Table, string Chain, ChainChangeKind Kind, int Inserted = 0);

/// <summary>The kinds of a <see cref="ChainChange"/>.</summary>
public enum ChainChangeKind : byte
{
    /// <summary>The chain is new.</summary>
    Created,

    /// <summary>The chain was emptied, and may have rules again; all its counters start at zero.</summary>
    Flushed,

    /// <summary>The chain got rules or a policy, and kept its old rules with their counters.</summary>
    Extended,

    /// <summary>The chain is gone.</summary>
    Deleted,
}

/// <summary>A refused <c>iptables-restore</c>; the message is iptables' own, without the program's name (spec netfilter-datapath 6.6).</summary>
public sealed class RestoreException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public RestoreException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">iptables' message.</param>
    public RestoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">iptables' message.</param>
    /// <param name="innerException">The cause.</param>
    public RestoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal RestoreException(string message, RestoreResult applied, int exitStatus)
        : base(message)
    {
        Applied = applied;
        ExitStatus = exitStatus;
    }

    /// <summary>What the tables before the refused one did, which stays.</summary>
    public RestoreResult? Applied { get; }

    /// <summary>iptables' exit status: 2 where it did not understand the text, 4 where the kernel refused.</summary>
    public int ExitStatus { get; }
}
