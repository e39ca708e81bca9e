namespace NodePortSim.Netfilter;

/// <summary>A hook of the kernel's packet path (spec netfilter-datapath 1.1).</summary>
public enum Hook : byte
{
    /// <summary>A packet has arrived; not routed yet.</summary>
    Prerouting,

    /// <summary>A packet for this namespace, before its socket.</summary>
    Input,

    /// <summary>A packet for another host, after routing.</summary>
    Forward,

    /// <summary>A packet that a socket of this namespace sends, after its first routing.</summary>
    Output,

    /// <summary>A packet on its way out.</summary>
    Postrouting,
}
