namespace NodePortSim.Iptables.Targets;

/// <summary>The answer of a <see cref="RejectTarget"/>.</summary>
public enum RejectWith : byte
{
    /// <summary>ICMP 3/3, ICMPv6 1/4: the default.</summary>
    PortUnreachable,

    /// <summary>ICMP 3/0, ICMPv6 1/0 (no route).</summary>
    NetUnreachable,

    /// <summary>ICMP 3/1, ICMPv6 1/3 (address unreachable).</summary>
    HostUnreachable,

    /// <summary>ICMP 3/2; IPv4 only.</summary>
    ProtocolUnreachable,

    /// <summary>ICMP 3/9; IPv4 only.</summary>
    NetProhibited,

    /// <summary>ICMP 3/10; IPv4 only.</summary>
    HostProhibited,

    /// <summary>ICMP 3/13, ICMPv6 1/1.</summary>
    AdminProhibited,

    /// <summary>A TCP RST.</summary>
    TcpReset,
}

/// <summary><c>-j REJECT --reject-with answer</c>: drops the packet and answers its sender (spec netfilter-datapath 4).</summary>
/// <param name="With">The answer.</param>
public sealed record RejectTarget(RejectWith With = RejectWith.PortUnreachable) : Target;
