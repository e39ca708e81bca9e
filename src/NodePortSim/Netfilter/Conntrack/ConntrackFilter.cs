using NodePortSim.Net;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The filters of <c>conntrack -L</c> and <c>-D</c>: an entry must satisfy all that are set (spec netfilter-datapath 6.1). Immutable; thread-safe.</summary>
public sealed record ConntrackFilter
{
    /// <summary><c>-f</c>: the family; null for both.</summary>
    public IpFamily? Family { get; init; }

    /// <summary><c>-p</c>: the protocol; null for any.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary><c>-s</c>, <c>--orig-src</c>: the original source address.</summary>
    public IpAddr? OriginalSource { get; init; }

    /// <summary><c>-d</c>, <c>--orig-dst</c>: the original destination address.</summary>
    public IpAddr? OriginalDestination { get; init; }

    /// <summary><c>-r</c>, <c>--reply-src</c>: the reply's source address.</summary>
    public IpAddr? ReplySource { get; init; }

    /// <summary><c>-q</c>, <c>--reply-dst</c>: the reply's destination address.</summary>
    public IpAddr? ReplyDestination { get; init; }

    /// <summary><c>--sport</c>: the original source port.</summary>
    public ushort? SourcePort { get; init; }

    /// <summary><c>--dport</c>: the original destination port.</summary>
    public ushort? DestinationPort { get; init; }

    /// <summary><c>-g</c>, <c>--dst-nat</c>: the address that the destination is translated to.</summary>
    public IpAddr? DestinationNat { get; init; }

    /// <summary><c>-n</c>, <c>--src-nat</c>: the address that the source is translated to.</summary>
    public IpAddr? SourceNat { get; init; }

    /// <summary><c>-j</c>, <c>--any-nat</c>: whether only translated flows are meant.</summary>
    public bool AnyNat { get; init; }

    /// <summary><c>--state</c>: the state of a TCP entry.</summary>
    public TcpState? State { get; init; }

    /// <summary>Whether an entry satisfies the filter.</summary>
    /// <param name="entry">The entry.</param>
    public bool Matches(ConntrackEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (Family is not { } family || entry.Original.Source.Family == family)
            && (Protocol is not { } protocol || entry.Protocol == protocol)
            && (OriginalSource is not { } originalSource || entry.Original.Source == originalSource)
            && (OriginalDestination is not { } originalDestination || entry.Original.Destination == originalDestination)
            && (ReplySource is not { } replySource || entry.Reply.Source == replySource)
            && (ReplyDestination is not { } replyDestination || entry.Reply.Destination == replyDestination)
            && (SourcePort is not { } sourcePort || (entry.Protocol.HasPorts() && entry.Original.SourcePort == sourcePort))
            && (DestinationPort is not { } destinationPort || (entry.Protocol.HasPorts() && entry.Original.DestinationPort == destinationPort))
            && (DestinationNat is not { } toDestination
                || ((entry.Status & ConntrackStatus.DestinationNat) != 0 && entry.Reply.Source == toDestination))
            && (SourceNat is not { } toSource || ((entry.Status & ConntrackStatus.SourceNat) != 0 && entry.Reply.Destination == toSource))
            && (!AnyNat || (entry.Status & (ConntrackStatus.SourceNat | ConntrackStatus.DestinationNat)) != 0)
            && (State is not { } state || entry.TcpState == state);
    }
}
