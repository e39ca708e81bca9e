using NodePortSim.Iptables.Matches;

namespace NodePortSim.Netfilter.Rules;

/// <summary>Which test a prepared match makes: what the interpreter switches on.</summary>
internal enum MatchCode : byte
{
    /// <summary><c>-m tcp</c>, <c>-m udp</c>, <c>-m sctp</c>.</summary>
    Ports,

    /// <summary><c>-m multiport</c>.</summary>
    Multiport,

    /// <summary><c>-m icmp</c>, <c>-m icmp6</c>.</summary>
    Icmp,

    /// <summary><c>-m iprange</c>.</summary>
    IpRange,

    /// <summary><c>-m length</c>.</summary>
    Length,

    /// <summary><c>-m physdev</c>.</summary>
    Physdev,

    /// <summary><c>-m addrtype</c>.</summary>
    AddressType,

    /// <summary><c>-m mark</c>.</summary>
    Mark,

    /// <summary><c>-m conntrack</c>.</summary>
    Conntrack,

    /// <summary><c>-m state</c>.</summary>
    State,

    /// <summary><c>-m connmark</c>.</summary>
    Connmark,

    /// <summary><c>-m statistic --mode random</c>.</summary>
    Random,

    /// <summary><c>-m statistic --mode nth</c>.</summary>
    Nth,

    /// <summary><c>-m limit</c>.</summary>
    Limit,

    /// <summary><c>-m recent</c>.</summary>
    Recent,

    /// <summary><c>-m nfacct</c>.</summary>
    Accounting,
}

/// <summary>A match in the form that is executed. It holds nothing of one machine, so that machines share it.</summary>
/// <param name="Code">Which test it is.</param>
/// <param name="Match">Its options: the type that the code stands for.</param>
/// <param name="Slot">Where the chain keeps the machine's own object of this match (recent list, accounting object, memory); -1 where it has none.</param>
internal readonly record struct PreparedMatch(MatchCode Code, Match Match, int Slot);
