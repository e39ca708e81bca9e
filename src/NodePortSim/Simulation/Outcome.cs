namespace NodePortSim.Simulation;

/// <summary>What a client learns of its attempt to connect.</summary>
public enum Outcome
{
    /// <summary>The answer came back.</summary>
    Connected,

    /// <summary>A TCP RST or an ICMP port unreachable came back: ECONNREFUSED.</summary>
    Refused,

    /// <summary>Nothing came back in time.</summary>
    Timeout,

    /// <summary>No route, or an ICMP host or network unreachable, or prohibited, came back: EHOSTUNREACH, ENETUNREACH, over IPv6 EACCES.</summary>
    Unreachable,

    /// <summary>The sender's own host dropped the datagram in OUTPUT, and its socket was told: EPERM.</summary>
    Denied,
}

/// <summary>Why an attempt did not connect.</summary>
public enum OutcomeReason
{
    /// <summary>It did.</summary>
    None,

    /// <summary>The Service has no usable endpoint anywhere: REJECT (spec kube-proxy-iptables 3.5).</summary>
    NoEndpoints,

    /// <summary>The Service has no usable endpoint on this node and its traffic policy is Local: DROP (spec kube-proxy-iptables 3.5).</summary>
    NoLocalEndpoints,

    /// <summary>The client's address is in none of the Service's loadBalancerSourceRanges (spec kube-proxy-iptables 3.5).</summary>
    NotInSourceRanges,

    /// <summary>A packet without a valid connection was to be forwarded (spec netfilter-datapath 2.9).</summary>
    InvalidState,

    /// <summary>A packet from outside was for 127.0.0.0/8 (spec kube-proxy-iptables 3.4).</summary>
    LocalnetProtection,

    /// <summary>Another rule dropped the packet.</summary>
    DroppedByRule,

    /// <summary>Another rule rejected the packet.</summary>
    RejectedByRule,

    /// <summary>The policy of a built-in chain dropped the packet.</summary>
    DroppedByPolicy,

    /// <summary>Nothing listens on the port of the host that the packet reached.</summary>
    PortClosed,

    /// <summary>A host on the way, or the sender's own, has no route to the destination.</summary>
    NoRoute,

    /// <summary>Nobody on the link has the next hop's address.</summary>
    NoNeighbor,

    /// <summary>The packet's time to live ended on the way.</summary>
    TtlExceeded,

    /// <summary>A loopback address was to be routed over a real interface, and route_localnet is off (spec netfilter-datapath 5).</summary>
    RouteLocalnetOff,

    /// <summary>The reverse path filter dropped the packet (spec netfilter-datapath 5).</summary>
    ReversePathFilter,

    /// <summary>The host that the packet reached does not forward.</summary>
    ForwardingOff,

    /// <summary>The bridge would have to send the packet back to the port that it came from (finding 14).</summary>
    HairpinOff,

    /// <summary>The connection tracking table is full (spec netfilter-datapath 2.12).</summary>
    ConntrackTableFull,

    /// <summary>No free source port was found for the translated flow (spec netfilter-datapath 3.4).</summary>
    SourcePortsExhausted,

    /// <summary>MASQUERADE found no address to take (spec netfilter-datapath 3.7).</summary>
    NoMasqueradeAddress,

    /// <summary>The host's ICMP allowance for the sender is used up, so that it was not told (finding 32).</summary>
    IcmpRateLimited,

    /// <summary>The answer took a way on which it was not translated back, so that the client did not know it (findings 15, 26).</summary>
    AnswerNotTranslated,

    /// <summary>Nothing came back, and no host ended the packet.</summary>
    NoAnswer,
}
