namespace NodePortSim.Iptables.Matches;

/// <summary>The tests of <c>-m conntrack</c> that look into a packet's conntrack entry; all that are given must hold. Immutable; thread-safe.</summary>
public sealed record ConntrackEntryTest
{
    /// <summary><c>--ctproto</c>: the entry's protocol; null matches any.</summary>
    public ProtocolMatch? Protocol { get; init; }

    /// <summary><c>--ctorigsrc</c>: the source before translation; null matches any.</summary>
    public AddressMatch? OriginalSource { get; init; }

    /// <summary><c>--ctorigdst</c>: the destination before translation; null matches any.</summary>
    public AddressMatch? OriginalDestination { get; init; }

    /// <summary><c>--ctreplsrc</c>: the source of replies; null matches any.</summary>
    public AddressMatch? ReplySource { get; init; }

    /// <summary><c>--ctrepldst</c>: the destination of replies; null matches any.</summary>
    public AddressMatch? ReplyDestination { get; init; }

    /// <summary><c>--ctorigsrcport</c>; null matches any.</summary>
    public PortTest? OriginalSourcePort { get; init; }

    /// <summary><c>--ctorigdstport</c>; null matches any.</summary>
    public PortTest? OriginalDestinationPort { get; init; }

    /// <summary><c>--ctreplsrcport</c>; null matches any.</summary>
    public PortTest? ReplySourcePort { get; init; }

    /// <summary><c>--ctrepldstport</c>; null matches any.</summary>
    public PortTest? ReplyDestinationPort { get; init; }

    /// <summary><c>--ctstatus</c>: holds if any listed bit is set; null matches any.</summary>
    public ConntrackStatusTest? Status { get; init; }

    /// <summary><c>--ctdir</c>: the direction that the packet goes in; null matches any.</summary>
    public ConntrackDirection? Direction { get; init; }
}

/// <summary>The bits that <c>--ctstatus</c> can list (spec netfilter-datapath 2.3).</summary>
[Flags]
public enum ConntrackStatuses : byte
{
    /// <summary>NONE: no bit is set.</summary>
    None = 0,

    /// <summary>The entry was announced by another one.</summary>
    Expected = 1,

    /// <summary>The entry has seen packets both ways.</summary>
    SeenReply = 2,

    /// <summary>The entry is not dropped early.</summary>
    Assured = 4,

    /// <summary>The entry's first packet has left the host.</summary>
    Confirmed = 8,
}

/// <summary><c>[!] --ctstatus list</c>.</summary>
/// <param name="Statuses">The listed bits.</param>
/// <param name="Inverted">Whether none of them may be set.</param>
public sealed record ConntrackStatusTest(ConntrackStatuses Statuses, bool Inverted = false);

/// <summary>A test of a port against a range.</summary>
/// <param name="Ports">The range.</param>
/// <param name="Inverted">Whether the port must be outside.</param>
public sealed record PortTest(PortRange Ports, bool Inverted = false);

/// <summary>The direction of a packet in its flow.</summary>
public enum ConntrackDirection : byte
{
    /// <summary>As the flow's first packet went.</summary>
    Original,

    /// <summary>The way back.</summary>
    Reply,
}
