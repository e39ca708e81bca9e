using NodePortSim.Net;
using NodePortSim.Netfilter.Nat;

namespace NodePortSim.Netfilter.Conntrack;

/// <summary>The connection tracking table of one network namespace.</summary>
internal sealed partial class ConntrackTable
{
    public ConntrackTable(Sysctls sysctls, TimeProvider time, RandomSource random)
    {
        Sysctls = sysctls;
        _ = time;
        _ = random;
    }

    /// <summary>The parameters in force; replaced as a whole when one changes.</summary>
    public Sysctls Sysctls { get; set; }

    /// <summary>PREROUTING and OUTPUT at priority -200: finds or opens the packet's entry, runs the protocol's tracker, sets Entry and Info.</summary>
    public DropVerdict Track(ref SocketBuffer buffer) => throw new NotSupportedException();

    /// <summary>Whether the entry has a binding (perhaps null) of that side already.</summary>
    public bool HasBinding(int entry, NatSide side) => throw new NotSupportedException();

    /// <summary>Binds one side of an unconfirmed entry to a range; for the source side searches a free port.</summary>
    public void Bind(ref SocketBuffer buffer, NatSide side, in NatRange range) => throw new NotSupportedException();

    /// <summary>Binds one side to what it is: keeps the address, changes the source port only on a clash (spec netfilter-datapath 3.5).</summary>
    public void BindNull(ref SocketBuffer buffer, NatSide side) => throw new NotSupportedException();

    /// <summary>Translates the packet as its entry says for this hook (spec netfilter-datapath 3.6), ICMP errors with what they quote.</summary>
    public DropVerdict Translate(Hook hook, ref SocketBuffer buffer) => throw new NotSupportedException();

    /// <summary>INPUT and POSTROUTING, last: inserts the packet's unconfirmed entry (spec netfilter-datapath 2.4, 2.11).</summary>
    public DropVerdict Confirm(ref SocketBuffer buffer) => throw new NotSupportedException();

    /// <summary>A packet ended before confirm: gives an unconfirmed entry back.</summary>
    public void Release(ref SocketBuffer buffer) => throw new NotSupportedException();
}

/// <summary>Which side of a flow a NAT binding translates.</summary>
internal enum NatSide : byte
{
    /// <summary>The source: SNAT, MASQUERADE.</summary>
    Source,

    /// <summary>The destination: DNAT, REDIRECT.</summary>
    Destination,
}

/// <summary>Whether conntrack lets a packet go on.</summary>
internal enum DropVerdict : byte
{
    /// <summary>It does.</summary>
    Accept,

    /// <summary>The table is full.</summary>
    TableFull,

    /// <summary>The tuple was taken.</summary>
    InsertFailed,

    /// <summary>The masqueraded flow leaves by another interface now.</summary>
    MasqueradeInterfaceChanged,
}
