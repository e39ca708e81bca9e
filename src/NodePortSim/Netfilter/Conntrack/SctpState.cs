namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The state of an SCTP entry, in the kernel's order (spec netfilter-datapath 2.10).</summary>
public enum SctpState : byte
{
    /// <summary>No packet yet.</summary>
    None,

    /// <summary>CLOSED.</summary>
    Closed,

    /// <summary>COOKIE_WAIT: an INIT was seen, or its answer.</summary>
    CookieWait,

    /// <summary>COOKIE_ECHOED.</summary>
    CookieEchoed,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>SHUTDOWN_SENT.</summary>
    ShutdownSent,

    /// <summary>SHUTDOWN_RECD.</summary>
    ShutdownRecd,

    /// <summary>SHUTDOWN_ACK_SENT.</summary>
    ShutdownAckSent,

    /// <summary>HEARTBEAT_SENT: a heartbeat opened the flow.</summary>
    HeartbeatSent,
}
