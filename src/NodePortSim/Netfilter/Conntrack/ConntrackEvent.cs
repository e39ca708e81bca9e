namespace NodePortSim.Netfilter.Conntrack;

/// <summary>What happened to an entry.</summary>
public enum ConntrackEventKind : byte
{
    /// <summary>It was inserted.</summary>
    New,

    /// <summary>Its state or status changed.</summary>
    Update,

    /// <summary>It ended.</summary>
    Destroy,

    /// <summary>It was deleted by a tool, such as <c>conntrack -D</c>.</summary>
    DestroyByTool,
}

/// <summary>One event of <c>conntrack -E</c> (spec netfilter-datapath 6.2). Immutable; thread-safe.</summary>
/// <param name="At">When it happened; for an expired entry, when it was removed.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Entry">The entry at that instant.</param>
public sealed record ConntrackEvent(DateTimeOffset At, ConntrackEventKind Kind, ConntrackEntry Entry);
