namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The status bits of a conntrack entry; the values are the kernel's <c>IPS_…</c> bits (spec netfilter-datapath 2.3).</summary>
[Flags]
public enum ConntrackStatus
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>The entry was created from an expectation. Helpers are not modelled: never set.</summary>
    Expected = 1 << 0,

    /// <summary>A packet of the reply direction was accepted.</summary>
    SeenReply = 1 << 1,

    /// <summary>The flow proved to be real: early drop spares it.</summary>
    Assured = 1 << 2,

    /// <summary>The entry is in the table.</summary>
    Confirmed = 1 << 3,

    /// <summary>The source is translated.</summary>
    SourceNat = 1 << 4,

    /// <summary>The destination is translated.</summary>
    DestinationNat = 1 << 5,

    /// <summary>A binding of the source exists, perhaps null.</summary>
    SourceNatDone = 1 << 7,

    /// <summary>A binding of the destination exists, perhaps null.</summary>
    DestinationNatDone = 1 << 8,

    /// <summary>The entry is being removed.</summary>
    Dying = 1 << 9,

    /// <summary>Packets do not refresh the timeout.</summary>
    FixedTimeout = 1 << 10,

    /// <summary>The entry lost a clash in its original direction and holds its reply tuple only (spec netfilter-datapath 2.11).</summary>
    NatClash = 1 << 12,
}
