namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The state of a TCP entry, in the kernel's order (spec netfilter-datapath 2.6).</summary>
public enum TcpState : byte
{
    /// <summary>No packet yet.</summary>
    None,

    /// <summary>SYN_SENT: a SYN was seen.</summary>
    SynSent,

    /// <summary>SYN_RECV: a SYN/ACK answered it.</summary>
    SynRecv,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>FIN_WAIT: one side sent a FIN.</summary>
    FinWait,

    /// <summary>CLOSE_WAIT: any ACK followed it.</summary>
    CloseWait,

    /// <summary>LAST_ACK: the second FIN was seen.</summary>
    LastAck,

    /// <summary>TIME_WAIT.</summary>
    TimeWait,

    /// <summary>CLOSE: a RST was seen.</summary>
    Close,

    /// <summary>SYN_SENT2: both sides sent a SYN.</summary>
    SynSent2,
}
