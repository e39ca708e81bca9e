namespace NodePortSim.Network;

/// <summary>An ICMP error that a host sends.</summary>
internal enum IcmpError : byte
{
    /// <summary>No route to the network.</summary>
    NetUnreachable,

    /// <summary>Nobody has the address.</summary>
    HostUnreachable,

    /// <summary>The protocol is not served.</summary>
    ProtocolUnreachable,

    /// <summary>The port is closed.</summary>
    PortUnreachable,

    /// <summary>Sending to the network is forbidden.</summary>
    NetProhibited,

    /// <summary>Sending to the host is forbidden.</summary>
    HostProhibited,

    /// <summary>Sending is forbidden by an administrator.</summary>
    AdminProhibited,

    /// <summary>The time to live ended on the way.</summary>
    TimeExceeded,
}
